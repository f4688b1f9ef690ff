export { batchContextSchema, batchEnvelopeSchema } from './batch.js';
export { clientConfigChangeSchema } from './client-config.js';
export { EVENT_SCHEMAS } from './event.js';
export type { ContextLocked, EnvelopeLocked, EventsLocked } from './lock.js';
export { reportQuerySchema } from './report-query.js';
