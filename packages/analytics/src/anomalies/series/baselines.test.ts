import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import {
  cusum,
  judgeCount,
  learnCount,
  newCountBaseline,
  newCusum,
  newPageHinkley,
  newRefractory,
  newsOf,
  pageHinkley,
} from '../index.js';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 2, 2);

function poisson(random: () => number, mean: number): number {
  const limit = Math.exp(-mean);
  let [count, product] = [0, random()];
  for (; product > limit; product *= random()) count++;
  return count;
}

describe('CUSUM', () => {
  it('tells a shift of one sd in some ten rows, and its direction', () => {
    const state = newCusum();
    const changes = Array.from({ length: 40 }, (_, i) => cusum(state, i < 20 ? 0 : 1));
    // Ten rows add half an sd each; the eleventh is over 5.
    expect(changes.indexOf('up')).toBe(30);
    expect(cusum({ up: 0, down: 4.9 }, -1)).toBe('down');
    expect(cusum({ up: 4.9, down: 0 }, Number.NaN)).toBe('none');
  });

  it('raises a false alarm in some 465 rows at slack .5 and limit 5, both sides together', () => {
    const random = seededRandom(21);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const state = newCusum();
    const rows = 200_000;
    const alarms = Array.from({ length: rows }, () => cusum(state, normal())).filter((one) => one !== 'none').length;
    expect(rows / alarms).toBeGreaterThan(465 * 0.85);
    expect(rows / alarms).toBeLessThan(465 * 1.15);
  });
});

describe('Page-Hinkley', () => {
  it('tells a change of a mean it did not know, and then starts anew', () => {
    const state = newPageHinkley();
    const rule = { slack: 0.5, limit: 20, warmUp: 30 };
    const changes = Array.from({ length: 300 }, (_, i) => pageHinkley(state, i < 200 ? 50 + (i % 3) : 40, rule));
    expect(changes.indexOf('down')).toBeGreaterThanOrEqual(200);
    expect(changes.indexOf('down')).toBeLessThan(206);
    expect(changes.filter((one) => one !== 'none')).toHaveLength(1);
    expect(pageHinkley(state, Number.NaN, rule)).toBe('none');
  });
});

describe('a baseline of counts', () => {
  it('knows the hour of the week: what is usual at noon is a surge at night', () => {
    const baseline = newCountBaseline();
    const random = seededRandom(22);
    const meanAt = (hour: number) => (hour % 24 >= 9 && hour % 24 < 17 ? 40 : 2);
    for (let hour = 0; hour < 24 * 7 * 6; hour++) {
      learnCount(baseline, START_MS + hour * HOUR_MS, poisson(random, meanAt(hour)));
    }
    const noonMs = START_MS + (24 * 7 * 6 + 12) * HOUR_MS;
    expect(judgeCount(baseline, noonMs, 45).surprise).toBeLessThan(4);
    expect(judgeCount(baseline, noonMs - 9 * HOUR_MS, 45).surprise).toBeGreaterThan(12);
  });

  it('learns the spread: counts wider than Poisson are no alarms', () => {
    const random = seededRandom(23);
    const surprises: number[] = [];
    const baseline = newCountBaseline();
    for (let hour = 0; hour < 6_000; hour++) {
      // Poisson with an exponential mean of 20: a negative binomial of size 1.
      const count = poisson(random, -20 * Math.log(1 - random()));
      const { surprise } = judgeCount(baseline, START_MS + hour * HOUR_MS, count);
      if (hour > 2_000) surprises.push(surprise);
      learnCount(baseline, START_MS + hour * HOUR_MS, count);
    }
    // One in 1,000 is as surprising as ln 1,000; of 4,000 that is 4.
    expect(surprises.filter((one) => one > Math.log(1_000)).length).toBeLessThan(20);
    expect(judgeCount(baseline, START_MS, 20).size).toBeLessThan(3);
  });

  it('says nothing before it knows a day of windows, and for what is no count', () => {
    const baseline = newCountBaseline();
    expect(judgeCount(baseline, START_MS, 1_000)).toMatchObject({ surprise: 0, windows: 0 });
    for (let hour = 0; hour < 200; hour++) learnCount(baseline, START_MS + hour * HOUR_MS, 0);
    learnCount(baseline, START_MS, Number.NaN);
    expect(judgeCount(baseline, START_MS, 0).surprise).toBe(0);
    expect(judgeCount(baseline, START_MS, 2).surprise).toBeLessThan(4);
    expect(judgeCount(baseline, START_MS, Number.NaN).surprise).toBe(0);
    expect(judgeCount(JSON.parse(JSON.stringify(baseline)), START_MS, 9)).toEqual(judgeCount(baseline, START_MS, 9));
  });
});

describe('the refractory period', () => {
  it('lets through what is worse, and anything once the peak is forgotten', () => {
    const rule = { rows: 10, factor: 1.2 };
    const state = newRefractory();
    expect(newsOf(state, 5, rule)).toBe(5);
    expect(newsOf(state, 5, rule)).toBe(0); // the bar is 5 * .9 * 1.2 = 5.4
    expect(newsOf(state, 5, rule)).toBe(5); // 5 * .8 * 1.2 = 4.8
    expect(newsOf(state, 50, rule)).toBe(50);
    for (let row = 1; row < 10; row++) expect(newsOf(state, 5, rule)).toBe(0);
    expect(newsOf(state, 5, rule)).toBe(5);
    expect(newsOf(state, Number.NaN, rule)).toBe(0);
  });
});
