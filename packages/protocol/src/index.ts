export type { Ack, Rejection, RejectionReason } from './ack.js';
export { REJECTION_REASONS } from './ack.js';
export type {
  AuditAction,
  AuditBreak,
  AuditEntry,
  AuditVerdict,
  IssuedKey,
  KeyInfo,
  WorkspaceInfo,
} from './admin.js';
export { AUDIT_ACTIONS } from './admin.js';
export type { BatchContext, DeviceInfo, EventBatch, SdkInfo } from './batch.js';
export type { LogicalClock, Stamp } from './bridge/logical-clock.js';
export { createLogicalClock, isBefore, isStamp, STAMP_COUNT_MAX } from './bridge/logical-clock.js';
export type {
  AckMessage,
  BatchMessage,
  BridgeIdentity,
  BridgeMessage,
  ByeMessage,
  ConsentMessage,
  Hello,
  IdentityMessage,
  NackMessage,
  NackReason,
  PartMessage,
  PingMessage,
  ScreenMessage,
  ToHost,
  ToPage,
  ViewMessage,
  Welcome,
} from './bridge/messages.js';
export { BRIDGE_LIMITS, NACK_REASONS } from './bridge/messages.js';
export type { PartsBin } from './bridge/parts.js';
export { createPartsBin, cutIntoPieces } from './bridge/parts.js';
export type { BridgeRefusal, ReadMessage } from './bridge/read-message.js';
export { readMessage } from './bridge/read-message.js';
export type { BatchLimits, ClientConfig } from './client-config.js';
export { cutText } from './cut-text.js';
export type { DataClass, DataMap, DataMapColumn, DataMapTable } from './data-map.js';
export { DATA_CLASSES } from './data-map.js';
export type {
  ChampionModel,
  ModelNews,
  ModelSummary,
  ModelVersions,
  OrderAnswer,
  OrderDecision,
  OrderDecisions,
  PlacedOrder,
  ProbabilityRange,
} from './decisions.js';
export type { BackoffPolicy } from './delivery/backoff.js';
export { DELIVERY_BACKOFF, fullJitterMs, retryDelayMs } from './delivery/backoff.js';
export type { Carrier } from './delivery/carrier.js';
export type { CutPolicy, Cuttable } from './delivery/cut-batch.js';
export { BATCH_CUT, cutBatch } from './delivery/cut-batch.js';
export type { Answer, DeliveryOutcome } from './delivery/read-answer.js';
export { readAnswer } from './delivery/read-answer.js';
export { parseRetryAfterMs } from './delivery/retry-after.js';
export type { DurableBatches } from './durable-batches.js';
export { ASKED_BATCHES_MAX } from './durable-batches.js';
export type { ErasureCertificate, Suppression } from './erasure.js';
export type {
  AuthoritativeBase,
  AuthoritativeEvent,
  AuthoritativeType,
  EndPhase,
  FillPhase,
  MacroPoint,
  OrderEnd,
  OrderFill,
  Settlement,
} from './events/authoritative.js';
export { AUTHORITATIVE_TYPES, END_PHASES, FILL_PHASES } from './events/authoritative.js';
export type { EventBase, Props, PropValue } from './events/base.js';
export type { Conversion, Order, OrderPhase, OrderSide } from './events/business.js';
export { ORDER_PHASES, ORDER_SIDES } from './events/business.js';
export type { Custom } from './events/custom.js';
export type { Alias, Consent, ConsentByPurpose, ConsentState, Identify, Purpose } from './events/identity.js';
export { PURPOSES } from './events/identity.js';
export type { Click, Download, Exposure, FormStart, OutboundLink, Scroll } from './events/interactions.js';
export type { ErrorEvent, SdkHealth, WebVital, WebVitalName } from './events/technology.js';
export { NUMBERED_DROPS, WEB_VITALS } from './events/technology.js';
export type { EventType, TrackedEvent } from './events/tracked-event.js';
export { EVENT_TYPES } from './events/tracked-event.js';
export type { Campaign, PageView, ScreenView, Transition, TransitionWay, ViewEnd } from './events/views.js';
export { TRANSITION_WAYS } from './events/views.js';
export type {
  FeatureCatalog,
  FeatureEntry,
  FeatureQuery,
  FeatureReading,
  FeatureRowsQuery,
  FeaturesAnswer,
  SubjectKind,
} from './features.js';
export { SUBJECT_KINDS, UTC_OFFSET_MINUTES } from './features.js';
export type {
  FlagEntityKind,
  FlagFilter,
  FlagMetric,
  FlagPage,
  FlagPrecision,
  FlagSeverity,
  FlagStatus,
  FlagTriage,
  RiskFlag,
  TriageAction,
  WorkspacePart,
} from './flags.js';
export { FLAG_ENTITY_KINDS, FLAG_SEVERITIES, FLAG_STATUSES, TRIAGE_ACTIONS } from './flags.js';
export { hash } from './hash.js';
export type { BatchId, Brand, EpochMs, EventId, QueueId, SessionId, ViewId, VisitorId, WorkspaceId } from './ids.js';
export { brandId, UUID_PATTERN } from './ids.js';
export type { KeyKind, KeyScope } from './keys.js';
export { DEFAULT_SCOPES, ISSUABLE_SCOPES, KEY_PREFIXES, KEY_SCOPES, keyKind } from './keys.js';
export { LIMITS } from './limits.js';
export type { LiveEvent } from './live.js';
export type {
  MacroAnswer,
  MacroBatch,
  MacroPublication,
  MacroQuery,
  MacroRow,
  MacroSeriesAsOf,
  MacroValueAsOf,
} from './macro.js';
export { MACRO_HOME, MACRO_SCOPES } from './macro.js';
export { cleanUrl } from './privacy/clean-url.js';
export type { PersonalKind } from './privacy/mask-personal-data.js';
export { createMask, maskPersonalData, PERSONAL_KINDS } from './privacy/mask-personal-data.js';
export type { Problem, ProblemCode } from './problem.js';
export { PROBLEM_STATUS } from './problem.js';
export type {
  ProductDayRow,
  ProductDaysAnswer,
  ProductDaysQuery,
  ProductSegment,
  ProductSegmentRow,
  ProductSideReading,
  WaitReading,
} from './products.js';
export type { QueueLedger } from './queue-ledger.js';
export type { ReplayResult } from './replay.js';
export type { Compared, SurfaceComparison, SurfaceFigure } from './reports/comparison.js';
export type {
  DataBreak,
  DataBreakKind,
  DeliveryFigures,
  DeliveryGroup,
  EffectiveDataReport,
  EffectiveDataRow,
  EffectiveDataTotals,
  EmptyShare,
  Freshness,
  RejectedShare,
} from './reports/effective-data.js';
export { DATA_BREAKS, DELIVERY_GROUPS } from './reports/effective-data.js';
export type {
  Interval,
  ReportFilter,
  ReportFormat,
  ReportName,
  ReportQueries,
  ReportQuery,
  SortOrder,
} from './reports/query.js';
export {
  CURSOR_MAX,
  EXPORT_ROWS_MAX,
  FUNNEL_STEPS_MAX,
  INTERVALS,
  LIVE_MINUTES_MAX,
  PAGES_COLUMNS,
  PERIODS_MAX,
  REPORT_FORMATS,
  REPORT_NAMES,
  REPORT_ROWS_MAX,
  SORT_ORDERS,
  TRANSITIONS_COLUMNS,
  WINDOW_SECONDS_MAX,
} from './reports/query.js';
export type {
  CohortRow,
  CohortsReport,
  FunnelReport,
  FunnelRow,
  LiveFigures,
  LiveReport,
  LiveRow,
  OverviewFigures,
  OverviewReport,
  OverviewRow,
  Paged,
  PageRow,
  PagesReport,
  ReportByName,
  RetentionReport,
  RetentionRow,
  SessionDayRow,
  SessionFigures,
  SessionsReport,
  TransitionRow,
  TransitionsReport,
  VisitorDayRow,
  VisitorFigures,
  VisitorsReport,
} from './reports/reports.js';
export type { Condition, Segment, SegmentField, Step } from './reports/segment.js';
export { SEGMENT_CONDITIONS_MAX, SEGMENT_FIELDS, SEGMENT_VALUES_MAX } from './reports/segment.js';
export type {
  ContentComparison,
  ContentGroup,
  ContentRow,
  ContentWay,
  SurfacesReport,
} from './reports/surfaces.js';
export { CONTENT_GROUPS } from './reports/surfaces.js';
export type { ServerBatch, ServerContext } from './server-batch.js';
export {
  NONCE_PATTERN,
  SIGNATURE_HEADERS,
  SIGNATURE_SCHEME,
  SIGNATURE_WINDOW_MS,
  signedHead,
} from './signed-request.js';
export type { Surface } from './surface.js';
export { SURFACES } from './surface.js';
export { timeOfUuidV7, uuidV7 } from './uuid-v7.js';
export type { ProtocolVersion } from './version.js';
export { PROTOCOL_VERSION } from './version.js';
