import type { EpochMs } from '@tidemark/protocol';
import { createMinHeap } from '../orders/min-heap.js';

/** What is to happen when; what is due at one moment happens in the order in which it was planned. */
export interface Schedule {
  at(moment: EpochMs, action: () => void): void;
  /** Runs what is due before a moment, what is planned meanwhile included. */
  runUntil(end: EpochMs): void;
}

export function createSchedule(): Schedule {
  const planned = createMinHeap<{ readonly moment: EpochMs; readonly number: number; readonly action: () => void }>(
    (a, b) => a.moment < b.moment || (a.moment === b.moment && a.number < b.number),
  );
  let count = 0;
  return {
    at(moment, action) {
      planned.push({ moment, number: count++, action });
    },
    runUntil(end) {
      for (let next = planned.peek(); next && next.moment < end; next = planned.peek()) {
        planned.pop();
        next.action();
      }
    },
  };
}
