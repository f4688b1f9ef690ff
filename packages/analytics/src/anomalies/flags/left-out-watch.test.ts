import { describe, expect, it } from 'vitest';
import { createFlagBank, type RiskEvent, type RiskLeftOut } from '../index.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 2, 2);

type Told = readonly [atMs: number, leftOut: Omit<RiskLeftOut, 'receivedMs'>];

/** What was left out of one device's deliveries, as the detectors are shown it. */
const seen = (told: readonly Told[]): RiskEvent[] =>
  told.map(([atMs, leftOut]) => {
    const receivedMs = START_MS + atMs;
    const nobody = { userId: '', address: '', action: 'passive' as const };
    return { ...nobody, atMs: receivedMs, deviceId: 'd1', leftOut: { ...leftOut, receivedMs } };
  });

/** A life whose detectors are put down and taken up again behind every event finds the same as one that goes on. */
function reasonsOf(told: readonly Told[]): string[] {
  const bank = createFlagBank();
  let other = createFlagBank();
  const found = seen(told).map((event) => bank.observe(event));
  const again = seen(told).map((event) => {
    const flags = other.observe(event);
    other = createFlagBank({}, JSON.parse(JSON.stringify(other.save())));
    return flags;
  });
  expect(again).toEqual(found);
  return found.flat().map(({ kind, entityId, reasons }) => `${kind} ${reasons[0]?.code} of ${entityId}`);
}

const times = <T>(n: number, make: (i: number) => T) => Array.from({ length: n }, (_, i) => make(i));
/** Copies of a batch that was taken within the hour, or before. */
const fresh = (first: number, more = 1, queueId = 'q'): Told[1] => ({
  copies: { queueId, first, times: more, kept: 0, keptLast: 0 },
});
const kept = (first: number, n: number): Told[1] => ({
  copies: { queueId: 'q', first, times: 1, kept: n, keptLast: first + n - 1 },
});

describe('what is left out of the deliveries of a device', () => {
  it('is a schema that is broken when five events of a day are of wrong types', () => {
    const SCHEMA = 'data_quality schema of d1';
    expect(reasonsOf([[0, { mistyped: 5 }]])).toEqual([SCHEMA]);
    expect(reasonsOf(times(5, (i) => [i * HOUR_MS, { mistyped: 1 }]))).toEqual([SCHEMA]);
    expect(reasonsOf(times(40, (i) => [i * 7 * HOUR_MS, { mistyped: 1 }]))).toEqual([]); // now and then one
    expect(reasonsOf(times(48, (i) => [i * HOUR_MS, { mistyped: 1 }]))).toEqual([SCHEMA, SCHEMA]); // once a day
  });

  it('is a device that sends the same over and over when an event comes again for the third time within the hour', () => {
    const DUPLICATES = 'data_quality duplicates of d1';
    expect(reasonsOf(times(3, (i) => [i * MINUTE_MS, fresh(7)]))).toEqual([DUPLICATES]);
    expect(reasonsOf([[0, fresh(7, 900)]])).toEqual([DUPLICATES]);
    const surfaces = times(6, (i): Told => [i * MINUTE_MS, fresh(7, 1, `q${i % 2}`)]);
    expect(reasonsOf(surfaces)).toEqual([DUPLICATES]);
    const batches = times(5, (i) => times(3, (copy): Told => [(5 * copy + i) * SECOND_MS, fresh(1 + 50 * i)])).flat();
    expect(reasonsOf(batches)).toEqual([DUPLICATES]);
  });

  it('is a replay when more comes again after an hour than a page can have left unanswered', () => {
    const REPLAY = 'replayed_stream same_events of d1';
    expect(reasonsOf(times(3, (i) => [i * MINUTE_MS, kept(1 + 40 * i, 40)]))).toEqual([REPLAY]);
    expect(reasonsOf([[0, kept(1, 400)]])).toEqual([REPLAY]);
  });

  it('is a replay when the same events come again for the third time, an hour apart', () => {
    const stream = (i: number) =>
      times(3, (part): Told => [i * HOUR_MS + part * 20 * SECOND_MS, kept(1 + 9 * part, 9)]);
    expect(reasonsOf(times(2, stream).flat())).toEqual([]);
    expect(reasonsOf(times(3, stream).flat())).toEqual(['replayed_stream same_events of d1']);
  });

  it.each<[string, readonly Told[]]>([
    ['an answer that is lost, in each of many batches', times(200, (i) => [i * 5 * SECOND_MS, fresh(1 + 50 * i)])],
    [
      'a browser that sends a request once more by itself, and its page too',
      times(2, (i) => [i * SECOND_MS, fresh(7)]),
    ],
    [
      'a browser that can store nothing, each page of which numbers from 1, on a network that loses answers',
      times(30, (i) => [i * MINUTE_MS, fresh(1, 1, `q${i}`)]),
    ],
    ['a laptop that slept for two days with one batch on its way', [[2 * DAY_MS, kept(51, 50)]]],
    [
      'the same, and the answer is lost again',
      [
        [0, kept(51, 50)],
        [MINUTE_MS, kept(51, 50)],
      ],
    ],
    [
      'a browser that was closed with a batch on its way and ten tabs that sent their last',
      [[0, kept(51, 50)], ...times(10, (i): Told => [i * SECOND_MS, kept(101 + 5 * i, 5)])],
    ],
    [
      'somebody who comes thrice a day for months, and whose last words of the visit before come again each time',
      times(300, (i) => [i * 8 * HOUR_MS, kept(1 + 60 * i, 12)]),
    ],
    [
      'a page that was frozen while another went on',
      [
        [0, kept(900, 30)],
        [3 * HOUR_MS, kept(100, 50)],
        [5 * HOUR_MS, kept(990, 30)],
      ],
    ],
    ['single events that come again, however often', times(9, (i) => [i * 2 * HOUR_MS, kept(3, 1)])],
  ])('is nothing to tell: %s', (_, told) => {
    expect(reasonsOf(told)).toEqual([]);
  });

  it('is nobody’s where no device is known', () => {
    const [event] = seen([[0, { mistyped: 9 }]]);
    expect(createFlagBank().observe({ ...(event as RiskEvent), deviceId: '' })).toEqual([]);
  });
});
