import type { Cuttable } from '@tidemark/protocol';
import type { NewEvent } from './outbox.js';
import { type StoredText, wireBytes } from './stored-text.js';

/** What the cutter wants to know of events: which share a context, and how large each is on the wire. */
export function cuttable(events: readonly NewEvent<StoredText>[]): Cuttable[] {
  return events.map(({ json, contextJson }) => ({ contextId: contextJson, sizeBytes: wireBytes(json) }));
}
