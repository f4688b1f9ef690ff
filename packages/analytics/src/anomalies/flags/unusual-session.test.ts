import { describe, expect, it } from 'vitest';
import { VISITS_START_MS as START_MS, strangeVisit, traffic, visit } from '../../../../../test/fixtures/visits.js';
import { seededRandom } from '../../stats/seeded-random.js';
import { type CandidateFlag, createFlagBank, type RiskDetector, type RiskEvent } from '../index.js';
import { SHAPE_FEATURES } from './session-shape.js';
import { judgeSession, newUsualSessions } from './usual-sessions.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const run = (bank: RiskDetector, visits: Iterable<readonly RiskEvent[]>) => {
  const flags: CandidateFlag[] = [];
  for (const events of visits) for (const event of events) flags.push(...bank.observe(event));
  return flags.filter(({ kind }) => kind === 'unusual_session');
};

describe('an unusual session', { timeout: 60_000 }, () => {
  const bank = createFlagBank();
  const clean = run(bank, traffic(12, 300, 5));
  const saved = JSON.parse(JSON.stringify(bank.save()));
  const strange = strangeVisit('stranger', START_MS + 12 * DAY_MS, seededRandom(6));
  const [flag] = run(bank, [strange]);

  it('is told with what is unlike others, beside what is usual', () => {
    expect(flag).toMatchObject({
      entityKind: 'device',
      entityId: 'stranger',
      severity: 'medium',
      eventIds: ['stranger-11'],
    });
    expect(flag?.evidence).toContainEqual(
      expect.objectContaining({ metric: 'sign-ins', observed: 12, expectedLow: 0, expectedHigh: 1, n: 2_048 }),
    );
    expect(flag?.reasons.map(({ text }) => text).join(' ')).toContain('sign-ins 12, in 98 of 100 sessions 0 to 1.');
  });

  it('is hardly one of thousands that are like each other', () => {
    expect(clean.length).toBeLessThanOrEqual(1);
  });

  it('is not judged before a week and a thousand sessions were seen: that is said', () => {
    const early = createFlagBank();
    run(early, traffic(6, 600, 7));
    expect(run(early, [strangeVisit('s', START_MS + 6 * DAY_MS, seededRandom(6))])).toEqual([]);
    const few = createFlagBank();
    run(few, traffic(20, 40, 7));
    expect(run(few, [strangeVisit('s', START_MS + 20 * DAY_MS, seededRandom(6))])).toEqual([]);
    const row = SHAPE_FEATURES.map(() => 1);
    expect(judgeSession(newUsualSessions(), row, START_MS)).toEqual({ kind: 'unknown', sessions: 0, needed: 1_000 });
  });

  it('is told once, though it goes on', () => {
    const again = createFlagBank({}, saved);
    const long = visit('stranger', START_MS + 12 * DAY_MS, seededRandom(6), () => 'login', 60);
    expect(run(again, [long])).toHaveLength(1);
  });

  it('is no matter of clocks: all days later it is the same', () => {
    const later = createFlagBank();
    const shifted = (events: readonly RiskEvent[]) => events.map((one) => ({ ...one, atMs: one.atMs + 350 * DAY_MS }));
    run(later, [...traffic(12, 300, 5)].map(shifted));
    expect(run(later, [shifted(strange)])[0]?.surprise).toBeCloseTo(flag?.surprise ?? 0, 9);
  });

  it('knows the past alone: what comes after a session moves nothing of what was said of it', () => {
    const other = createFlagBank({}, saved);
    expect(run(other, [strange, ...traffic(1, 50, 9, 'after')])[0]).toEqual(flag);
  });

  it('goes on from JSON as if nothing had been', () => {
    expect(run(createFlagBank({}, saved), [strange])[0]).toEqual(flag);
  });

  it('is none when all become so: the app has changed, a few are told and the rest is learnt', () => {
    const changed = createFlagBank({}, saved);
    const random = seededRandom(8);
    const visits = Array.from({ length: 4_000 }, (_, n) =>
      strangeVisit(`n${n}`, START_MS + 12 * DAY_MS + n * 5 * MINUTE_MS, random),
    );
    const told = run(changed, visits);
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThanOrEqual(25);
    expect(run(changed, [strangeVisit('s', START_MS + 27 * DAY_MS, random)])).toEqual([]);
  });

  it('remembers a bounded number of sessions, whoever comes', () => {
    const usual = newUsualSessions();
    const random = seededRandom(2);
    for (let n = 0; n < 9_000; n++) {
      judgeSession(
        usual,
        SHAPE_FEATURES.map(() => random()),
        START_MS + n * 10 * MINUTE_MS,
      );
    }
    expect(usual.rows).toHaveLength(2_048);
  });
});
