export {
  ackSchema,
  clientConfigSchema,
  durableBatchesSchema,
  problemSchema,
  queueLedgerSchema,
  REPORT_SCHEMAS,
} from './answers.js';
export { AUTHORITATIVE_SCHEMAS } from './authoritative.js';
export { batchContextSchema, batchEnvelopeSchema } from './batch.js';
export { clientConfigChangeSchema } from './client-config.js';
export { EVENT_SCHEMAS } from './event.js';
export { featureCatalogSchema, featureQuerySchema, featureRowsQuerySchema, featuresAnswerSchema } from './features.js';
export { flagQuerySchema, flagStreamQuerySchema, flagTriageSchema } from './flags.js';
export type {
  AnswersLocked,
  AuthoritativeLocked,
  ContextLocked,
  EnvelopeLocked,
  EventsLocked,
  QueriesLocked,
  ReportsLocked,
  ServerEnvelopeLocked,
} from './lock.js';
export { macroAnswerSchema, macroBatchSchema, macroQuerySchema } from './macro.js';
export { productDaysAnswerSchema, productDaysQuerySchema } from './products.js';
export { REPORT_QUERY_SCHEMAS } from './report-query.js';
export { serverEnvelopeSchema } from './server-batch.js';
