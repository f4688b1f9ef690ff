import { expect, it, vi } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { buildTable } from '../table/build-table.js';
import { fitScorecard, SCORECARD_DEFAULTS } from './fit-scorecard.js';

// Models are trained here, which a busy machine does not do in the usual five seconds a test.
vi.setConfig({ testTimeout: 60_000 });

/** `copy` says what x says with noise the other way round, so that beside x a regression turns it. */
const random = seededRandom(11);
const rows = Array.from({ length: 3000 }, () => {
  const [signal, noise] = [random() * 4 - 2, random() * 4 - 2];
  return [signal + noise, signal / 4 + noise, random() < 1 / (1 + Math.exp(-2 * signal)) ? 1 : 0];
});
const table = buildTable({ names: ['x', 'copy', 'y'], rows });
const columns = table.columns.slice(0, 2);
const labels = Uint8Array.from(rows, (row) => row[2] ?? 0);

it('takes a feature out that would turn round the direction it was given', () => {
  const free = fitScorecard(columns, labels, {}, 1, SCORECARD_DEFAULTS).body;
  expect(free.attributes[1]?.coefficient).toBeLessThan(-0.1);
  const directed = fitScorecard(columns, labels, { copy: 1 }, 1, SCORECARD_DEFAULTS).body;
  expect(directed.attributes[1]?.coefficient).toBe(0);
  expect(directed.attributes[0]?.coefficient).toBeGreaterThan(0.5);
});

it('has bins of which each holds its least share of the rows', () => {
  const { attributes } = fitScorecard(columns, labels, {}, 1, SCORECARD_DEFAULTS).body;
  for (const { rows: counts, woe } of attributes) {
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3000);
    expect(counts.length).toBeLessThanOrEqual(SCORECARD_DEFAULTS.maxBins + 1);
    for (const [code, count] of counts.entries()) {
      if (code > 0) expect(count).toBeGreaterThanOrEqual(60);
      else expect([count, woe[code]]).toEqual([0, 0]); // nothing is missing
    }
  }
});
