import type { Cuttable } from '@tidemark/protocol';
import type { Added, NewEvent } from './outbox.js';
import { type StoredText, wireBytes } from './stored-text.js';

/** What the cutter wants to know of events: which share a context, and a queue, and how large each is on the wire. */
export function cuttable(events: readonly (NewEvent<StoredText> & Pick<Added, 'number'>)[]): Cuttable[] {
  return events.map(({ json, contextJson, number }) => ({
    contextId: number ?? contextJson,
    sizeBytes: wireBytes(json),
  }));
}
