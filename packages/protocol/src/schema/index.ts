export {
  ackSchema,
  clientConfigSchema,
  durableBatchesSchema,
  problemSchema,
  queueLedgerSchema,
  REPORT_SCHEMAS,
} from './answers.js';
export { batchContextSchema, batchEnvelopeSchema } from './batch.js';
export { clientConfigChangeSchema } from './client-config.js';
export { EVENT_SCHEMAS } from './event.js';
export type { AnswersLocked, ContextLocked, EnvelopeLocked, EventsLocked } from './lock.js';
export { reportQuerySchema } from './report-query.js';
