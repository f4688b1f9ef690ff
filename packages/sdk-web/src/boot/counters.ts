import { bare } from '../browser/bare.js';
import type { RequestRecord } from './client.js';

/** What became of events on this page, by number. */
export interface Counters {
  drop(reason: string, count: number): void;
  settle(settled: { readonly delivered: number; readonly rejected: number }): void;
  request(record: RequestRecord): void;
  read(): CountersRead;
  /** What was dropped, rejected and delivered since it was last asked; undefined when nothing went wrong since. */
  takeTroubles(): Omit<CountersRead, 'requests'> | undefined;
}

export interface CountersRead {
  readonly delivered: number;
  readonly rejected: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly requests: readonly RequestRecord[];
}

const REQUESTS_KEPT = 20;

export function createCounters(): Counters {
  const all = nothing();
  let since = nothing();
  let requests: RequestRecord[] = [];
  return {
    drop(reason, count) {
      add(all, reason, count);
      add(since, reason, count);
    },
    settle({ delivered, rejected }) {
      for (const counts of [all, since]) {
        counts.delivered += delivered;
        counts.rejected += rejected;
      }
    },
    request(record) {
      requests = [...requests.slice(1 - REQUESTS_KEPT), record];
    },
    read: () => ({ ...all, dropped: { ...all.dropped }, requests }),
    takeTroubles() {
      if (!since.rejected && !Object.keys(since.dropped)[0]) return undefined;
      const troubles = since;
      since = nothing();
      return troubles;
    },
  };
}

/** Reasons without a prototype: what a page has done to `Object.prototype` must not reach into counting. */
function nothing() {
  return { delivered: 0, rejected: 0, dropped: bare<Record<string, number>>({}) };
}

function add({ dropped }: ReturnType<typeof nothing>, reason: string, count: number): void {
  if (count > 0) dropped[reason] = (dropped[reason] ?? 0) + count;
}
