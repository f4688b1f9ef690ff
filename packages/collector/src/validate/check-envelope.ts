import type { BatchContext, BatchId, EpochMs } from '@tidemark/protocol';
import { batchEnvelopeSchema } from '@tidemark/protocol/schema';
import { createCheckCompiler, type Fault } from './compile-check.js';

/** A batch whose envelope was checked and whose events were not. */
export interface Envelope {
  readonly batchId: BatchId;
  readonly sentAt: EpochMs;
  readonly historical?: boolean;
  readonly context: BatchContext;
  readonly events: readonly unknown[];
}

export type EnvelopeVerdict =
  | { readonly kind: 'good'; readonly envelope: Envelope }
  | { readonly kind: 'bad'; readonly fault: Fault };

export function createEnvelopeCheck(): (value: unknown) => EnvelopeVerdict {
  const check = createCheckCompiler()(batchEnvelopeSchema);
  return (value) => {
    const fault = check(value);
    return fault ? { kind: 'bad', fault } : { kind: 'good', envelope: value as Envelope }; // just checked
  };
}
