export type { Direction } from './binning/training-set.js';
export { weightOfEvidence } from './binning/weight-of-evidence.js';
export { type Calibration, type CalibrationMethod, calibrate, fitCalibration } from './calibration/calibration.js';
export { type FitRows, type PredictRows, rowNumbers } from './calibration/fit-rows.js';
export {
  createOnlineCalibrator,
  type OnlineCalibrator,
  type OnlineCalibratorOptions,
} from './calibration/online-calibrator.js';
export { outOfFold } from './calibration/out-of-fold.js';
export { withCalibration } from './calibration/with-calibration.js';
export { chatterjeeXi } from './correlation/chatterjee-xi.js';
export { type CorrelationMeasure, type CorrelationReport, correlate } from './correlation/correlate.js';
export { distanceCorrelation } from './correlation/distance-correlation.js';
export { kendallTau } from './correlation/kendall.js';
export { type CurvePoint, loessCurve } from './correlation/loess.js';
export { mutualInformation } from './correlation/mutual-information.js';
export { completePairs, type Pairs } from './correlation/pairs.js';
export { pearson, spearman } from './correlation/pearson.js';
export { type ResponseBin, responseByDecile } from './correlation/response-by-decile.js';
export { type CalibrationAlarm, createCalibrationAlarm } from './drift/calibration-alarm.js';
export { countInBins, cutMassBins, type MassBins } from './drift/mass-bins.js';
export { createPopulationAlarm, type PopulationAlarm } from './drift/population-alarm.js';
export { type PopulationStability, populationStability } from './drift/population-stability.js';
export {
  bootstrapEvaluation,
  type EvaluationIntervals,
  type FigureInterval,
} from './evaluation/bootstrap-evaluation.js';
export { type BrierParts, brierParts, brierScore } from './evaluation/brier.js';
export { compareModels, type FigureComparison, type ModelComparison } from './evaluation/compare-models.js';
export { type Discrimination, discrimination } from './evaluation/discrimination.js';
export { type Evaluation, evaluateScores, FIGURE_NAMES, type Figure } from './evaluation/evaluate-scores.js';
export { logLoss } from './evaluation/log-loss.js';
export { type ActionValue, type ProfitCurve, profitCurve } from './evaluation/profit-curve.js';
export { calibrationError, type ReliabilityBin, reliabilityCurve } from './evaluation/reliability.js';
export type { BootstrapOptions } from './evaluation/resample.js';
export { type RankedScores, type ScoreTally, tallyScores } from './evaluation/tally-scores.js';
export { type TopShare, topShare } from './evaluation/top-share.js';
export { cumulativeIncidence, type OrderCourse } from './hazard/cumulative-incidence.js';
export { fitHazards, type HazardModel, orderCourse } from './hazard/fit-hazards.js';
export { type Learner, logisticLearner } from './hazard/learner.js';
export { expectFill, type FillExpectation, fitPartialFills, type PartialFillModel } from './hazard/partial-fills.js';
export { CANCELLED, expandPersonPeriods, FILLED, type PersonPeriods, type Spells } from './hazard/person-periods.js';
export { type Conformal, conformalThreshold, fitConformal } from './intervals/conformal.js';
export { fitLabelSets, type LabelSet, labelSet } from './intervals/label-sets.js';
export { fitVennAbers, type ProbabilityInterval, type VennAbers, vennAbersInterval } from './intervals/venn-abers.js';
export { fitLogistic } from './logistic/fit-logistic.js';
export { readForModel } from './models/match-columns.js';
export { MODEL_KINDS, type Model, type ModelKind } from './models/model.js';
export { readModel, writeModel } from './models/model-file.js';
export { openModel, type Score, type Scorer } from './models/open-model.js';
export type { Reason } from './models/reasons.js';
export { type TrainedModel, type TrainingOptions, trainModel } from './models/train-model.js';
export { findCalibrationDrift, findInputDrift, GROUPS_PER_FALSE_ALARM, type ModelDrift } from './rolling/find-drift.js';
export { type ContestRows, type ContestVerdict, judgeChallenger } from './rolling/judge-challenger.js';
export { forgetRival, judgeRival, promoteRival, type RivalOptions, type RivalVerdict } from './rolling/judge-rival.js';
export { keepNewest, type Recalibration, recalibrationOf } from './rolling/recalibration.js';
export { RIVALS, type Rival, type Said, type SeenOutcome, STEADY_COLUMNS } from './rolling/seen-outcome.js';
export { type RollingOptions, type RollingScores, testThenTrain } from './rolling/test-then-train.js';
export { type CardTable, cardTable } from './scorecard/card-table.js';
export { pointsOfBad, scalingOf } from './scorecard/points-scale.js';
export { type ActLog, createActLogWriter } from './success/act-log.js';
export { type ActivityReport, activityReport } from './success/activity-report.js';
export { type CalibratedModel, SET_LEVEL } from './success/calibrated-model.js';
export { CUSTOMER_COLUMNS, type CustomerColumns } from './success/customer-columns.js';
export type { BandDecision, CustomerModel, ScoreBand } from './success/fit-customer.js';
export {
  fitSuccess,
  ORDER_SIDES,
  type SideModel,
  type SuccessModel,
  type SuccessOptions,
} from './success/fit-success.js';
export type { CalibratedProbability } from './success/open-calibrated.js';
export type { CustomerScore } from './success/open-customer.js';
export {
  type AppliedRecalibration,
  type OrderScore,
  openSuccess,
  type SuccessScorer,
} from './success/open-success.js';
export { type KnownColumns, ORDER_COLUMNS, type OrderColumns, type OrderQuestion } from './success/order-columns.js';
export {
  createOrderDesk,
  DESK_LIMITS,
  type Deeds,
  type DeskEvent,
  type MarketHours,
  type OrderDesk,
} from './success/order-desk.js';
export { type DecidedOrder, decidedOrders, type OrderEnding } from './success/order-history.js';
export { type Portrait, type StabilityLine, stabilityOf } from './success/portrait.js';
export { NOTHING_DONE, NOTHING_KNOWN, RECENT_COLUMNS, type RecentColumns, recentOf } from './success/recent-columns.js';
export { type Path, type RoundTrip, type RoundTripPlan, roundTrip } from './success/round-trip.js';
export { type SealedSuccess, sealSuccess, unsealSuccess } from './success/success-file.js';
export { buildTable } from './table/build-table.js';
export { readCsvCell } from './table/csv-cell.js';
export { type InputError, isInputError } from './table/input-error.js';
export { parseCsv } from './table/parse-csv.js';
export { readLabels } from './table/read-labels.js';
export { type Cell, type Column, dropColumns, type RawTable, type Table, takeRows } from './table/table.js';
