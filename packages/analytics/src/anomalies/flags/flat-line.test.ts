import { describe, expect, it } from 'vitest';
import { siteVisits, usualPerHour, VISITS_START_MS } from '../../../../../test/fixtures/site-visits.js';
import { type CandidateFlag, createFlagBank, type RiskDetector, type RiskEvent } from '../index.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DAYS = 24;
/** A Tuesday, in the third week. */
const SILENT_MS = VISITS_START_MS + 15 * DAY_MS + 11 * HOUR_MS;
const isSilent = (atMs: number, hours = 3) => atMs >= SILENT_MS && atMs < SILENT_MS + hours * HOUR_MS;

/** What is found by a collector that listens, but for while it is down, and whom `perHour` come to. */
function foundBy(
  bank: RiskDetector,
  {
    perHour = usualPerHour,
    isDown = () => false,
  }: { perHour?: (atMs: number) => number; isDown?: (atMs: number) => boolean },
): CandidateFlag[] {
  const flags: CandidateFlag[] = [];
  const events: readonly RiskEvent[] = siteVisits(5, { fromMs: 0, toMs: DAYS * DAY_MS, perHour });
  let at = 0;
  for (let nowMs = VISITS_START_MS; nowMs < VISITS_START_MS + DAYS * DAY_MS; nowMs += MINUTE_MS) {
    if (isDown(nowMs)) continue;
    for (let event = events[at]; event && event.atMs < nowMs; event = events[++at]) flags.push(...bank.observe(event));
    flags.push(...bank.tick(nowMs));
  }
  return flags.filter(({ kind }) => kind === 'funnel_break');
}

describe('an app that nobody comes to any more', { timeout: 60_000 }, () => {
  it('is told while it is so, once, whatever the hour would be like on another day', () => {
    const flags = foundBy(createFlagBank(), { perHour: (atMs) => (isSilent(atMs) ? 0 : usualPerHour(atMs)) });
    expect(flags.map(({ entityId, reasons }) => [entityId, reasons[0]?.code])).toEqual([['all surfaces', 'flat_line']]);
    const [flag] = flags;
    expect(flag?.firstMs).toBeGreaterThan(SILENT_MS - 10 * MINUTE_MS);
    expect(flag?.lastMs).toBeLessThan(SILENT_MS + 30 * MINUTE_MS);
    expect(flag?.reasons[0]?.text).toMatch(
      /^In \d+ minutes \d sessions began, on all surfaces together; at least \d+ are usual/,
    );
    expect(flag?.evidence[0]?.observed).toBeLessThan(flag?.evidence[0]?.expectedLow ?? 0);
    expect(flag?.eventIds).toBeUndefined();
  });

  it('is told by a clock that once was years ahead', () => {
    const bank = createFlagBank();
    for (const minute of [0, 1]) bank.tick(VISITS_START_MS + 4_000 * DAY_MS + minute * MINUTE_MS);
    expect(foundBy(bank, { perHour: (atMs) => (isSilent(atMs) ? 0 : usualPerHour(atMs)) })).toHaveLength(1);
  });

  it.each<[string, Parameters<typeof foundBy>[1]]>([
    ['nights and weekends', {}],
    ['nights and weekends at which nobody comes at all', { perHour: (atMs) => (usualPerHour(atMs) < 80 ? 0 : 80) }],
    ['a rush that was last week', { perHour: (atMs) => (isSilent(atMs + 7 * DAY_MS) ? 4_000 : usualPerHour(atMs)) }],
    ['an app of which nobody knows two weeks', { perHour: (atMs) => (isSilent(atMs + 5 * DAY_MS) ? 0 : 80) }],
    ['a collector that was down, and what waited comes afterwards', { isDown: isSilent }],
    [
      'one that starts again every few minutes while few come',
      { isDown: (atMs) => atMs % (10 * MINUTE_MS) > 6 * MINUTE_MS, perHour: (atMs) => (isSilent(atMs) ? 9 : 80) },
    ],
  ])('is not said of %s', (_, options) => {
    expect(foundBy(createFlagBank(), options)).toEqual([]);
  });
});
