export {
  type CalibratedScore,
  type CalibrationState,
  createScoreCalibration,
  PERCENTILE_DAYS,
  type PercentileDays,
  type ScoreCalibration,
  type Unknown,
} from './calibration/score-calibration.js';
export { type CandidateFlag, type FlagEvidence, type FlagReason, makeFlag } from './flags/flag.js';
export { createFlagBank, type FlagBankSettings } from './flags/flag-bank.js';
export { FLAG_CATALOG, type FlagKindEntry } from './flags/flag-catalog.js';
export {
  type EntityKind,
  FLAG_KINDS,
  type FlagKind,
  lowerSeverity,
  SEVERITIES,
  type Severity,
  severityOf,
} from './flags/flag-kind.js';
export type { OrderAbuseSettings } from './flags/order-abuse.js';
export { REQUEST_FEATURES, requestFeatures, type SessionRequest } from './flags/request-session.js';
export type {
  Automation,
  DetectorState,
  HandRhythm,
  RiskAction,
  RiskCopies,
  RiskDelivery,
  RiskDetector,
  RiskEvent,
  RiskLeftOut,
  RiskOrder,
  RiskPlace,
} from './flags/risk-event.js';
export { joinPieces, type TablePiece } from './flags/table-state.js';
export { type TrustSignals, withTrust } from './flags/trust.js';
export { VELOCITY_WINDOWS } from './flags/velocity.js';
export { parseWorkspacePart, workspacePartId } from './flags/workspace-part.js';
export { bestThresholds } from './nab/best-thresholds.js';
export { type LabelWindow, labelWindows } from './nab/label-windows.js';
export { type NabPoints, nabPoints, nabResult } from './nab/nab-result.js';
export {
  NAB_PROFILE_NAMES,
  NAB_PROFILES,
  type NabProfile,
  type NabProfileName,
  type PerProfile,
} from './nab/profiles.js';
export { type WeighedRows, weighRows } from './nab/weigh-rows.js';
export type { SchemaSighting } from './quality/judge-cliffs.js';
export { type EffectiveData, judgeEffectiveData } from './quality/judge-effective-data.js';
export {
  type Comparison,
  evaluateRule,
  parseRiskRule,
  type RiskRule,
  type RuleCondition,
  type RuleFault,
  type RuleFeatures,
  type RuleMoment,
  type RuleOutcome,
  type RuleSimulation,
  reasonOf,
  simulateRule,
  type Verdict,
} from './rules/risk-rule.js';
export {
  type Change,
  CUSUM_RULE,
  type CusumRule,
  type CusumState,
  cusum,
  newCusum,
  newPageHinkley,
  type PageHinkleyRule,
  type PageHinkleyState,
  pageHinkley,
} from './series/change-points.js';
export { beginRow, CHANNEL_NAMES, CHANNELS, type ChannelName, endRow, newChannelState } from './series/channels.js';
export {
  COUNT_WINDOWS_LEAST,
  type CountBaseline,
  type CountVerdict,
  judgeCount,
  learnCount,
  newCountBaseline,
} from './series/count-baseline.js';
export { type ParsedSeries, parseSeries, type SeriesText } from './series/parse-series.js';
export { newRefractory, newsOf, type RefractoryRule } from './series/refractory.js';
export {
  type ChannelWeights,
  createSeriesDetector,
  FLAG_SCORE,
  SERIES_SETTINGS,
  type SeriesDetector,
  type SeriesScore,
  type SeriesSettings,
  type SeriesState,
} from './series/series-detector.js';
