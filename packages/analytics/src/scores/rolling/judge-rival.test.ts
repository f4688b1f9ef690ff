import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { probabilityOf } from '../calibration/log-odds.js';
import { createOnlineCalibrator, ONLINE_EVERY } from '../calibration/online-calibrator.js';
import { logisticLearner } from '../hazard/learner.js';
import { forgetRival, judgeRival, promoteRival } from './judge-rival.js';
import { keepNewest, recalibrationOf } from './recalibration.js';
import type { Said, SeenOutcome } from './seen-outcome.js';

interface World {
  readonly orders: number;
  readonly seed: number;
  /** Log-odds of a fill by what is known of the order. */
  readonly truth: (known: number, row: number) => number;
  readonly champion: (known: number, noise: number) => number;
  readonly challenger: (known: number, noise: number) => number;
}

/** Each model says log-odds; every third order that is filled is filled in part alone. */
function worldOf({ orders, seed, truth, champion, challenger }: World): SeenOutcome[] {
  const random = seededRandom(seed);
  const said = (logOdds: number): Said => ({ any: probabilityOf(logOdds), full: probabilityOf(logOdds - 0.7) });
  return Array.from({ length: orders }, (_, row): SeenOutcome => {
    const known = 4 * random() - 2;
    const any = random() < probabilityOf(truth(known, row)) ? 1 : 0;
    const full = any === 1 && random() < 0.66 ? 1 : 0;
    const [one, other] = [random() - 0.5, random() - 0.5];
    return {
      ...{ group: `P ${row}`, any, full },
      said: said(champion(known, one)),
      rivals: { challenger: said(challenger(known, other)) },
    };
  });
}

const verdictOn = (outcomes: SeenOutcome[], look = 1) => judgeRival([outcomes], 'challenger', { seed: 1, look });

describe('judgeRival', () => {
  it('lets a refit win in a world that drifted, where recalibration alone does not mend the ranks', () => {
    const learner = logisticLearner();
    const random = seededRandom(3);
    /** Learns from so many orders of a world in which a price matters so much. */
    const trained = (slope: number) => {
      const known = Float64Array.from({ length: 600 }, () => 4 * random() - 2);
      const labels = Float64Array.from(known, (value) => (random() < probabilityOf(slope * value) ? 1 : 0));
      const model = learner.fit([known], labels);
      return (value: number) => {
        const probability = learner.probability(model, [value]);
        return Math.log(probability / (1 - probability));
      };
    };
    const [before, refit] = [trained(-1), trained(1)];
    const drifted = { orders: 400, seed: 5, truth: (known: number) => known };
    const verdict = verdictOn(worldOf({ ...drifted, champion: before, challenger: refit }));
    expect(verdict).toMatchObject({ kind: 'promote', reason: 'better', orders: 400 });
    expect(verdict.logLoss?.high).toBeLessThan(0);
    expect(verdictOn(worldOf({ ...drifted, champion: refit, challenger: before })).reason).toBe('worse');
  });

  it('promotes one that is no better as rarely as it says, however often it is looked at', () => {
    let promoted = 0;
    const worlds = 60;
    for (let seed = 0; seed < worlds; seed += 1) {
      // Both know the truth but for noise of their own, of the same size: neither is better.
      const noisy = (known: number, noise: number) => 0.8 * known + 1.5 * noise;
      const outcomes = worldOf({
        ...{ orders: 240, seed, truth: (known) => 0.8 * known },
        ...{ champion: noisy, challenger: noisy },
      });
      const looks = [1, 2, 3].map((look) => verdictOn(outcomes.slice(0, 80 * look), look).kind);
      if (looks.includes('promote')) promoted += 1;
    }
    // .05 over all looks: 3 of 60 worlds at the most, on average, and four standard deviations of 1.7.
    expect(promoted).toBeLessThanOrEqual(9);
  });

  it('keeps outside what only adds noise, and what tells whole fills worse', () => {
    const world = { orders: 600, seed: 7, truth: (known: number) => known };
    const [exact, noise] = [(known: number) => known, (known: number, one: number) => known + 4 * one];
    expect(verdictOn(worldOf({ ...world, champion: exact, challenger: noise })).kind).toBe('keep');
    const better = worldOf({ ...world, champion: noise, challenger: exact });
    expect(verdictOn(better).kind).toBe('promote');
    const blind = better.map((outcome, row) => ({
      ...outcome,
      rivals: { challenger: { any: outcome.rivals.challenger?.any ?? 0, full: row % 2 === 0 ? 0.9 : 0.05 } },
    }));
    expect(verdictOn(blind)).toMatchObject({ kind: 'keep', reason: 'fills_worse' });
  });

  it('does not take a shorter memory for a better model', () => {
    const world = { orders: 300, seed: 4, champion: (known: number) => known, challenger: (known: number) => known };
    const gone = forgetRival(worldOf({ ...world, truth: () => 4 }), 'challenger');
    expect(verdictOn([...gone, ...worldOf({ ...world, truth: (known) => known - 1 })])).toMatchObject({
      ...{ kind: 'keep', reason: 'not_better', orders: 300 },
      logLoss: { difference: 0 },
    });
  });

  it('says when there are too few orders to tell, and looks at none that only one was asked about', () => {
    const outcomes = worldOf({ orders: 600, seed: 7, truth: () => 0, champion: () => 0, challenger: () => 0 });
    expect(verdictOn(outcomes.slice(0, 40))).toMatchObject({ reason: 'too_few_rows', orders: 40, logLoss: null });
    const alone = [...outcomes, ...forgetRival(outcomes, 'challenger')];
    expect(verdictOn([...alone]).orders).toBe(600);
  });
});

describe('recalibrationOf', () => {
  const outcomes = worldOf({
    orders: 3_140,
    seed: 2,
    truth: (known) => known + 1,
    champion: (known) => known,
    challenger: () => 0,
  });

  it('is where the online calibrator has come to, and the same after the front was cut', () => {
    const online = createOnlineCalibrator();
    for (const { said, any } of outcomes) online.observe(said.any, any);
    const lines = recalibrationOf(outcomes);
    expect(lines?.outcomes).toBe(2_000);
    expect(lines?.any.intercept).toBeCloseTo(online.current()?.intercept ?? 0, 6);
    expect(lines?.any.slope).toBeCloseTo(online.current()?.slope ?? 0, 6);
    expect(lines?.any.intercept).toBeGreaterThan(0.8);
    const kept = keepNewest(outcomes);
    expect(kept.length).toBeLessThan(outcomes.length);
    expect(recalibrationOf(kept)).toEqual(lines);
    expect(keepNewest(kept)).toEqual(kept);
  });

  it('takes the model at its word until there is something to see', () => {
    expect(recalibrationOf(outcomes.slice(0, ONLINE_EVERY - 1))).toBeNull();
    expect(recalibrationOf(outcomes.slice(0, ONLINE_EVERY))?.outcomes).toBe(ONLINE_EVERY);
  });

  it('goes by what a rival said once it serves', () => {
    const half = outcomes.map((outcome, row) => (row % 2 === 0 ? outcome : { ...outcome, rivals: {} }));
    const promoted = promoteRival(half, 'challenger');
    expect(promoted).toHaveLength(outcomes.length / 2);
    expect(promoted[0]).toMatchObject({ said: outcomes[0]?.rivals.challenger, rivals: {} });
  });
});
