import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { FLAG_CATALOG } from './flag-catalog.js';
import { findOperatorChange, type OperatorProfile } from './operator-change.js';
import type { HandRhythm, RiskEvent } from './risk-event.js';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 2, 2);
const USUAL = { tap: 90, press: 110, move: 700, key: 280, keyboard: 130 } as const;
const NAMES = Object.keys(USUAL) as readonly (keyof HandRhythm)[];

/** Shows `count` views of a user, an hour apart, whose durations vary by a tenth. */
function createHand(own: OperatorProfile = {}) {
  const random = seededRandom(11);
  let atMs = START_MS;
  return (count: number, usual: HandRhythm) =>
    Array.from({ length: count }, () => {
      atMs += HOUR_MS;
      const event: RiskEvent = { atMs, action: 'interaction', userId: 'u1', deviceId: 'd1', address: '' };
      const varied = Object.entries(usual).map(([name, ms]) => [name, ms * (0.9 + 0.2 * random())]);
      return findOperatorChange(own, event, Object.fromEntries(varied)) ?? [];
    }).flat();
}

const codesOf = (flags: ReturnType<ReturnType<typeof createHand>>) =>
  flags.map(({ reasons }) => reasons.map(({ code }) => code));

describe('findOperatorChange', () => {
  it.each(NAMES)('tells a hand by each of what it does: %s', (name) => {
    const show = createHand();
    expect(show(30, USUAL)).toEqual([]);
    const flags = show(6, { ...USUAL, [name]: 2 * USUAL[name] });
    expect(codesOf(flags)).toEqual([[`other_${name}`]]);
    expect(FLAG_CATALOG.operator_change.reasons).toContain(`other_${name}`);
    const evidence = flags[0]?.evidence ?? [];
    expect(evidence).toMatchObject([{ metric: expect.stringMatching(/, ms$/), n: expect.any(Number) }]);
    expect(evidence[0]?.observed).toBeGreaterThan(evidence[0]?.expectedHigh ?? 0);
  });

  it('tells what has changed together as one', () => {
    const show = createHand();
    show(30, USUAL);
    const [flag, ...others] = show(6, { ...USUAL, press: 440, move: 2_800 });
    expect(others).toEqual([]);
    expect(flag?.reasons.map(({ code }) => code)).toEqual(['other_press', 'other_move']);
    expect(flag?.evidence).toHaveLength(2);
  });

  it('leaves alone who is now on a phone and now at a desk, however different both are', () => {
    const show = createHand();
    const phone = { tap: 80, key: 310 };
    const desk = { press: 130, move: 700, keyboard: 120 };
    for (const views of [20, 8, 30, 6]) expect([...show(views, phone), ...show(views, desk)]).toEqual([]);
    expect(codesOf(show(6, { ...desk, press: 60 }))).toEqual([['other_press']]); // and both are watched
    expect(codesOf(show(6, { ...phone, tap: 170 }))).toEqual([['other_tap']]);
  });

  it('goes on with what its first version knew', () => {
    const profile = { n: 30, mean: 4.5, variance: 0.002, at: 0, sinceMs: START_MS, toldMs: -1 };
    const show = createHand(JSON.parse(JSON.stringify({ tap: { ...profile, recent: [4.5, 4.4, 4.6, 4.5, 4.5] } })));
    expect(codesOf(show(5, { tap: 180 }))).toEqual([['other_tap']]);
  });
});
