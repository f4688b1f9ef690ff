import type { NewEvent, QueuedEvent } from './outbox.js';
import type { StoredText } from './stored-text.js';

/** An event under its number, without what was asked for it on its way into the queue. */
export function withSeq<T extends StoredText>({ json, contextJson }: NewEvent<T>, seq: number): QueuedEvent<T> {
  return { seq, json, contextJson };
}
