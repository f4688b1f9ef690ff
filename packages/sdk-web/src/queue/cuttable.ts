import type { Cuttable } from '@tidemark/protocol';
import type { NewEvent } from './outbox.js';
import type { StoredText } from './stored-text.js';

/** What the cutter wants to know of events: which share a context, and how large each is on the wire. */
export function cuttable<T extends StoredText>(events: readonly NewEvent<T>[]): Cuttable[] {
  const utf8 = new TextEncoder();
  const ids = new Map<T, string>();
  return events.map(({ json, contextJson }) => {
    const contextId = ids.get(contextJson) ?? String(ids.size);
    ids.set(contextJson, contextId);
    return { contextId, sizeBytes: typeof json === 'string' ? utf8.encode(json).length : json.byteLength };
  });
}
