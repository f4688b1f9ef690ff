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
export type {
  AnswersLocked,
  AuthoritativeLocked,
  ContextLocked,
  EnvelopeLocked,
  EventsLocked,
  ServerEnvelopeLocked,
} from './lock.js';
export { reportQuerySchema } from './report-query.js';
export { serverEnvelopeSchema } from './server-batch.js';
