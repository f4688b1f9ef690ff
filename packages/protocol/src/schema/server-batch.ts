import { batchContextSchema, batchEnvelopeSchema } from './batch.js';

/** A server's envelope without its events, which are looked at one by one. */
export const serverEnvelopeSchema = batchEnvelopeSchema
  .pick({ v: true, batchId: true, events: true })
  .extend({ context: batchContextSchema.pick({ appId: true, release: true, sdk: true }) });
