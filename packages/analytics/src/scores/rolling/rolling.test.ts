import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import type { FitRows } from '../calibration/fit-rows.js';
import { evaluateScores } from '../evaluation/evaluate-scores.js';
import { judgeChallenger } from './judge-challenger.js';
import { testThenTrain } from './test-then-train.js';

/** Success jumps at row 2,000, as it does in the calls of a bank that changes its list. */
const random = seededRandom(1);
const truth = Array.from({ length: 4000 }, (_, row) => (row < 2000 ? 0.06 : 0.31) * (0.5 + random()));
const labels = truth.map((probability) => (random() < probability ? 1 : 0));
/** Knows the ranks, and the base rate of what it was trained on. */
const baseRate: FitRows = (train) => {
  const base = train.reduce((sum, row) => sum + Number(labels[row]), 1) / (train.length + 2);
  return (rows) => Float64Array.from(rows, (row) => base * (Number(truth[row]) / (row < 2000 ? 0.06 : 0.31)));
};

describe('testThenTrain', () => {
  it('trains only on rows whose outcome was known, and scores each row once', () => {
    const trainings: [number, number, number][] = [];
    const scores = testThenTrain(
      (train) => (rows) => {
        trainings.push([train.length, Number(rows[0]), Number(rows.at(-1))]);
        return new Float64Array(rows.length).fill(0.5);
      },
      { labels: new Uint8Array(25), start: 10, every: 6, outcomeDelay: 2 },
    );
    expect(trainings).toEqual([
      [8, 10, 15],
      [14, 16, 21],
      [20, 22, 24],
    ]);
    expect(scores).toMatchObject({ refits: 3, raw: { length: 15 }, served: { length: 15 } });
  });

  it('does not let a row know its own outcome, or a later one', () => {
    const options = { start: 1000, every: 500, recalibration: { window: 50, every: 1 } };
    const flipped = labels.slice(0, 2000).map((label, row) => (row >= 1600 ? 1 - label : label));
    const served = (outcomes: readonly number[]): Float64Array => {
      const base: FitRows = (train) => {
        const mean = train.reduce((sum, row) => sum + Number(outcomes[row]), 1) / (train.length + 2);
        return (rows) => new Float64Array(rows.length).fill(mean);
      };
      return testThenTrain(base, { ...options, labels: outcomes }).served;
    };
    const [there, here] = [served(flipped), served(labels.slice(0, 2000))];
    expect(there.findIndex((value, row) => value !== here[row]) + 1000).toBe(1601);
  });

  it('waits for outcomes that take their time', () => {
    const options = { labels, start: 1000, every: 500, recalibration: { window: 50, every: 1 } };
    const flipped = labels.map((label, row) => (row === 1200 ? 1 - label : label));
    const fixed: FitRows = () => (rows) => new Float64Array(rows.length).fill(0.1);
    const first = testThenTrain(fixed, { ...options, outcomeDelay: 30 }).served;
    const second = testThenTrain(fixed, { ...options, labels: flipped, outcomeDelay: 30 }).served;
    const differs = first.findIndex((value, row) => value !== second[row]);
    expect(differs + 1000).toBe(1231);
  });

  it('follows a jump of the base rate by recalibration, which refits alone do later', () => {
    const { raw, served, labels: outcomes } = testThenTrain(baseRate, { labels, start: 1000 });
    const [plain, followed] = [evaluateScores(raw, outcomes), evaluateScores(served, outcomes)];
    expect(followed.logLoss).toBeLessThan(plain.logLoss - 0.01);
    expect(followed.ece).toBeLessThan(plain.ece / 2);
  });

  it('refuses to start without history', () => {
    expect(() => testThenTrain(baseRate, { labels, start: 0 })).toThrow('history');
    expect(() => testThenTrain(baseRate, { labels, start: 10, outcomeDelay: 10 })).toThrow('history');
    expect(() => testThenTrain(baseRate, { labels, start: 10, every: 0 })).toThrow('every');
    expect(() => testThenTrain(baseRate, { labels, start: 10, outcomeDelay: 0.5 })).toThrow('outcomeDelay');
  });
});

describe('judgeChallenger', () => {
  const now = { truth: truth.slice(2000, 2400), labels: labels.slice(2000, 2400) };
  const flat = now.truth.map(() => 0.31);

  it('promotes what is better beyond chance, and not the other way round', () => {
    const rows = { labels: now.labels, champion: flat, challenger: now.truth };
    expect(judgeChallenger(rows, { seed: 1, look: 1 }).kind).toBe('promote');
    const back = { labels: now.labels, champion: now.truth, challenger: flat };
    expect(judgeChallenger(back, { seed: 1, look: 1 })).toMatchObject({ kind: 'keep', reason: 'worse' });
  });

  it('keeps the champion when the challenger is the same', () => {
    const rows = { labels: now.labels, champion: now.truth, challenger: now.truth };
    expect(judgeChallenger(rows, { seed: 1, look: 1 })).toMatchObject({ kind: 'keep', reason: 'not_better' });
  });

  it('keeps it when there are too few rows to tell', () => {
    const rows = { labels: now.labels.slice(0, 50), champion: flat.slice(0, 50), challenger: now.truth.slice(0, 50) };
    expect(judgeChallenger(rows, { seed: 1, look: 1 })).toMatchObject({ kind: 'keep', reason: 'too_few_rows' });
  });

  it('keeps it when the challenger is better calibrated but ranks worse', () => {
    const bold = now.truth.map((probability) => Math.min(0.999, probability * 2.2));
    const rows = { labels: now.labels, champion: bold, challenger: flat };
    expect(judgeChallenger(rows, { seed: 1, look: 1 })).toMatchObject({ kind: 'keep', reason: 'ranks_worse' });
  });

  it('asks more of each further look', () => {
    const noise = seededRandom(9);
    const nearly = now.truth.map((probability) => Math.min(0.95, probability * (1 + 0.9 * (noise() - 0.5))));
    const rows = {
      labels: now.labels.slice(0, 200),
      champion: nearly.slice(0, 200),
      challenger: now.truth.slice(0, 200),
    };
    const width = (look: number): number => {
      const { logLoss } = judgeChallenger(rows, { seed: 1, look });
      return (logLoss?.high ?? 0) - (logLoss?.low ?? 0);
    };
    expect(width(2)).toBeGreaterThan(width(1) * 1.1);
    expect(() => judgeChallenger(rows, { seed: 1, look: 0 })).toThrow(RangeError);
  });
});
