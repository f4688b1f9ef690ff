import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { createPopulationAlarm } from './population-alarm.js';

/** Values with many equals, of a skewed column, and of one that is missing now and then. */
function drawRow(random: () => number): number[] {
  return [Math.floor(4 * random()), -Math.log(1 - random()), random() < 0.2 ? Number.NaN : random()];
}

/** Rows until the alarm, or null. */
function rowsUntilAlarm(rows: number, seed: number, change: (row: number[]) => number[], rowsPerFalseAlarm = 10_000) {
  const random = seededRandom(seed);
  const learnt = Array.from({ length: 800 }, () => drawRow(random));
  const alarm = createPopulationAlarm(
    [0, 1, 2].map((column) => learnt.map((row) => row[column] ?? 0)),
    { random, rowsPerFalseAlarm },
  );
  for (let row = 1; row <= rows; row += 1)
    if (alarm.observe(change(drawRow(random)))) return { row, of: alarm.suspect() };
  return null;
}

describe('createPopulationAlarm', () => {
  it('goes off within t rows with a probability of t / N at the most, as long as rows are like those before', () => {
    const seeds = 200;
    let alarms = 0;
    for (let seed = 0; seed < seeds; seed += 1) if (rowsUntilAlarm(300, seed, (row) => row, 1_000)) alarms += 1;
    // 300 / 1,000 of 200 are 60; four standard deviations are 26. That it goes off at all says that the budget is used.
    expect(alarms).toBeLessThanOrEqual(86);
    expect(alarms).toBeGreaterThan(5);
  });

  it('finds a column that rises, comes together, or goes missing, and says which', () => {
    expect(rowsUntilAlarm(400, 1, ([a = 0, b = 0, c = 0]) => [a, 1.8 * b, c])).toMatchObject({ of: 1 });
    expect(rowsUntilAlarm(400, 2, ([a = 0, b = 0, c = 0]) => [a, 0.5 + b / 4, c])).toMatchObject({ of: 1 });
    expect(rowsUntilAlarm(200, 3, ([a = 0, b = 0]) => [a, b, Number.NaN])).toMatchObject({ of: 2 });
    expect(rowsUntilAlarm(100, 4, ([, b = 0, c = 0]) => [9, b, c])).toMatchObject({ of: 0 });
  });

  it('stays finite, and refuses to compare with nothing', () => {
    const alarm = createPopulationAlarm([[1, 2, 3, 4]], { random: seededRandom(1) });
    for (let row = 0; row < 3_000; row += 1) alarm.observe([99]);
    expect(Number.isFinite(alarm.evidence())).toBe(true);
    expect(() => createPopulationAlarm([], { random: Math.random })).toThrow('learnt from');
    expect(() => createPopulationAlarm([[1]], { random: Math.random, rowsPerFalseAlarm: 1 })).toThrow(RangeError);
  });
});
