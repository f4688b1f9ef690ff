import type { BatchContext } from '@tidemark/protocol';

/** Whether it may be looked at who sent a batch: not of history, which comes again at any time, nor against their word. */
export function isWatched(batch: {
  readonly historical?: boolean;
  readonly context: Partial<Pick<BatchContext, 'consent'>>;
}): boolean {
  return !batch.historical && batch.context.consent?.risk !== 'denied';
}
