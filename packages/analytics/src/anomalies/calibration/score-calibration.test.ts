import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { type CandidateFlag, createScoreCalibration, withTrust } from '../index.js';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 2, 2);
const flag = (surprise: number, atMs = START_MS): CandidateFlag => ({
  kind: 'velocity',
  entityKind: 'user',
  entityId: 'u1',
  firstMs: atMs,
  lastMs: atMs,
  dedupeKey: 'k',
  severity: 'low',
  surprise,
  evidence: [],
  reasons: [],
  detector: 'anomalies/velocity',
  version: 1,
});
const rateOf = (score: ReturnType<ReturnType<typeof createScoreCalibration>['scoreOf']>) =>
  score.falsePer10k.kind === 'known' ? score.falsePer10k.value : Number.NaN;

describe('a calibrated score', { timeout: 60_000 }, () => {
  it('is unknown, and says so, until there is traffic to know it by', () => {
    const calibration = createScoreCalibration();
    calibration.addSessions(START_MS, 999);
    calibration.addCandidate(flag(9));
    const score = calibration.scoreOf(flag(9));
    expect(score.falsePer10k).toEqual({ kind: 'unknown', reason: 'too_few_sessions' });
    expect(score.percentiles[7]).toEqual({ kind: 'unknown', reason: 'too_few_candidates' });
  });

  it('is the rate at which clean traffic gets there: as many false flags come as it says', () => {
    const calibration = createScoreCalibration();
    const random = seededRandom(5);
    const draw = () => -2 * Math.log(1 - random()); // the detector's own surprise is off by a factor of two
    for (let i = 0; i < 40_000; i++) {
      calibration.addSessions(START_MS + (i % 20) * DAY_MS);
      calibration.addCandidate(flag(draw(), START_MS + (i % 20) * DAY_MS));
    }
    const now = START_MS + 20 * DAY_MS;
    for (const surprise of [2, 5, 8]) {
      let later = 0;
      for (let i = 0; i < 20_000; i++) if (draw() >= surprise) later++;
      const said = rateOf(calibration.scoreOf(flag(surprise, now)));
      expect(said / (later / 2)).toBeGreaterThan(0.8);
      expect(said / (later / 2)).toBeLessThan(1.35); // a bin is a quarter of a nat wide
    }
  });

  it('counts confirmed flags as no false ones, and forgets after thirty days', () => {
    const calibration = createScoreCalibration();
    calibration.addSessions(START_MS, 10_000);
    for (let i = 0; i < 50; i++) calibration.addCandidate(flag(10));
    const before = rateOf(calibration.scoreOf(flag(10)));
    for (let i = 0; i < 50; i++) calibration.confirm(flag(10));
    expect(before).toBeGreaterThan(50);
    expect(rateOf(calibration.scoreOf(flag(10)))).toBeCloseTo(1, 3);
    const later = START_MS + 31 * DAY_MS;
    calibration.addSessions(later, 2_000);
    expect(rateOf(calibration.scoreOf(flag(10, later)))).toBeCloseTo(1e4 / 2_001, 6);
    expect(calibration.save().days).toHaveLength(1);
  });

  it('goes on from JSON, stays small, and takes odd numbers without a fault', () => {
    const calibration = createScoreCalibration();
    for (let i = 0; i < 20_000; i++) calibration.addCandidate(flag((i % 700) / 3, START_MS + (i % 60) * DAY_MS));
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY, -5]) {
      calibration.addCandidate(flag(odd));
      calibration.addSessions(odd, odd);
    }
    calibration.addSessions(START_MS + 59 * DAY_MS, 5_000);
    const { days } = calibration.save();
    expect(days.length).toBeLessThanOrEqual(30);
    expect(Math.max(...days.map(({ kinds }) => kinds.velocity?.length ?? 0))).toBeLessThanOrEqual(160);
    const again = createScoreCalibration(JSON.parse(JSON.stringify(calibration.save())));
    const asked = flag(20, START_MS + 59 * DAY_MS);
    expect(again.scoreOf(asked)).toEqual(calibration.scoreOf(asked));
    expect(JSON.stringify(again.scoreOf(asked))).not.toContain('null');
  });

  it('is no worse for what speaks for somebody: trust only ever makes a flag weaker', () => {
    const calibration = createScoreCalibration();
    calibration.addSessions(START_MS, 5_000);
    for (let i = 0; i < 200; i++) calibration.addCandidate(flag(i / 10));
    const trusted = withTrust(flag(12), { isKnownNetwork: true });
    expect(rateOf(calibration.scoreOf(trusted))).toBeGreaterThan(rateOf(calibration.scoreOf(flag(12))));
  });
});
