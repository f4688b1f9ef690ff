import type { QueuedEvent } from './outbox.js';
import { type StoredText, wireBytes } from './stored-text.js';

/** More than a browser carries for a page at its end. */
const KEEP_EVENTS = 300;
/** What an event's number adds to it on the wire. */
const NUMBER_BYTES = 20;

/** What this page has stored of late and nobody has claimed: at hand when there is no time left to ask the disk. */
export interface FreshEvents<T extends StoredText> {
  add(events: readonly QueuedEvent<T>[]): void;
  /** @param seqs - undefined for all. */
  remove(seqs?: readonly number[]): void;
  /** The newest of one context that fit, in order. @param isYoung - what has waited too long is not among them. */
  last(maxBytes: number, isYoung: (t: number | undefined) => boolean): readonly QueuedEvent<T>[];
}

export function createFreshEvents<T extends StoredText>(): FreshEvents<T> {
  let events: readonly QueuedEvent<T>[] = [];
  return {
    add(added) {
      events = [...events, ...added].slice(-KEEP_EVENTS);
    },
    remove(seqs) {
      events = events.filter(({ seq }) => seqs && !seqs.includes(seq));
    },
    last(maxBytes, isYoung) {
      const young = events.filter(({ t }) => isYoung(t));
      const context = young.at(-1)?.contextJson;
      let left = maxBytes;
      const newestFirst = young.reverse().filter(({ json, contextJson }) => {
        left -= wireBytes(json) + NUMBER_BYTES;
        if (contextJson !== context) left = -1; // and so never again
        return left >= 0;
      });
      return newestFirst.reverse();
    },
  };
}
