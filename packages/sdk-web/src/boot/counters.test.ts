import { describe, expect, it } from 'vitest';
import { createCounters } from './counters.js';

describe('createCounters', () => {
  it('counts what became of events', () => {
    const counters = createCounters();
    counters.drop('closed', 1);
    counters.drop('bad_prop', 2);
    counters.drop('closed', 3);
    counters.settle({ delivered: 5, rejected: 1 });
    counters.settle({ delivered: 2, rejected: 0 });
    expect(counters.read()).toEqual({ delivered: 7, rejected: 1, dropped: { closed: 4, bad_prop: 2 }, requests: [] });
  });

  it('gives away numbers, not its own books', () => {
    const counters = createCounters();
    counters.drop('closed', 1);
    const read = counters.read();
    counters.drop('closed', 1);
    expect(read.dropped).toEqual({ closed: 1 });
  });

  it('keeps the last twenty requests, oldest first', () => {
    const counters = createCounters();
    for (let at = 0; at < 30; at++) counters.request({ at, kind: 'batch', status: 202, bytes: 1, tookMs: 1 });
    expect(counters.read().requests.map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, index) => index + 10));
  });

  it('tells troubles once each, with what was delivered since, and is silent when nothing went wrong', () => {
    const counters = createCounters();
    counters.settle({ delivered: 5, rejected: 0 });
    expect(counters.takeTroubles()).toBeUndefined();
    counters.drop('closed', 2);
    expect(counters.takeTroubles()).toEqual({ delivered: 5, rejected: 0, dropped: { closed: 2 } });
    expect(counters.takeTroubles()).toBeUndefined();
    counters.drop('closed', 1);
    counters.drop('sampled', 7);
    counters.settle({ delivered: 1, rejected: 1 });
    expect(counters.takeTroubles()).toEqual({ delivered: 1, rejected: 1, dropped: { closed: 1, sampled: 7 } });
    counters.settle({ delivered: 0, rejected: 1 });
    expect(counters.takeTroubles()).toEqual({ delivered: 0, rejected: 1, dropped: {} });
    expect(counters.takeTroubles()).toBeUndefined();
  });

  it.each(['constructor', '__proto__', 'toString'])('counts a reason that is called %s', (reason) => {
    const counters = createCounters();
    counters.drop(reason, 2);
    expect(Object.entries(counters.read().dropped)).toEqual([[reason, 2]]);
    expect(Object.entries(counters.takeTroubles()?.dropped ?? {})).toEqual([[reason, 2]]);
  });
});
