import type { QueuedEvent } from './outbox.js';
import { type StoredText, wireBytes } from './stored-text.js';

/** More than a browser carries for a page at its end. */
const KEEP_EVENTS = 300;
/** What an event's number adds to it on the wire. */
const NUMBER_BYTES = 20;

/** An event that was just written. */
export interface FreshEvent<T extends StoredText> extends Omit<QueuedEvent<T>, 'seq'> {
  /** Undefined until it is committed: of a write that comes to nothing, others are given the number. */
  seq(): number | undefined;
}

/** What this page has stored of late and nobody has claimed: at hand when there is no time left to ask the disk. */
export interface FreshEvents<T extends StoredText> {
  add(event: FreshEvent<T>): void;
  /** @param seqs - undefined for all that have one. */
  remove(seqs?: readonly number[]): void;
  /** The newest of one context that fit, in order. @param isYoung - what has waited too long is not among them. */
  last(maxBytes: number, isYoung: (t: number | undefined) => boolean): readonly QueuedEvent<T>[];
}

export function createFreshEvents<T extends StoredText>(): FreshEvents<T> {
  let events: FreshEvent<T>[] = [];
  return {
    add(event) {
      events.push(event);
      events.splice(0, events.length - KEEP_EVENTS); // in place: a copy for each event would be most of the page's garbage
    },
    remove(seqs) {
      events = events.filter((event) => {
        const seq = event.seq();
        return !seq || (seqs && !seqs.includes(seq));
      });
    },
    last(maxBytes, isYoung) {
      const young = events.flatMap((event) => {
        const seq = event.seq();
        return seq && isYoung(event.t) ? { ...event, seq } : [];
      });
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
