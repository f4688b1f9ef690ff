import type { BatchContext, BatchId, EpochMs, ServerContext } from '@tidemark/protocol';
import { batchEnvelopeSchema, serverEnvelopeSchema } from '@tidemark/protocol/schema';
import type { z } from 'zod';
import { createCheckCompiler, type Fault } from './compile-check.js';

/** A batch whose envelope was checked and whose events were not. */
export interface Envelope {
  readonly batchId: BatchId;
  readonly sentAt: EpochMs;
  readonly historical?: boolean;
  readonly context: BatchContext;
  readonly events: readonly unknown[];
}

/** The same of a server's batch. */
export interface ServerEnvelope {
  readonly batchId: BatchId;
  readonly context: ServerContext;
  readonly events: readonly unknown[];
}

export type EnvelopeVerdict<E = Envelope> =
  | { readonly kind: 'good'; readonly envelope: E }
  | { readonly kind: 'bad'; readonly fault: Fault };

export function createEnvelopeCheck(): (value: unknown) => EnvelopeVerdict {
  return createCheck<Envelope>(batchEnvelopeSchema);
}

export function createServerEnvelopeCheck(): (value: unknown) => EnvelopeVerdict<ServerEnvelope> {
  return createCheck<ServerEnvelope>(serverEnvelopeSchema);
}

function createCheck<E>(schema: z.ZodType): (value: unknown) => EnvelopeVerdict<E> {
  const check = createCheckCompiler()(schema);
  return (value) => {
    const fault = check(value);
    return fault ? { kind: 'bad', fault } : { kind: 'good', envelope: value as E }; // just checked
  };
}
