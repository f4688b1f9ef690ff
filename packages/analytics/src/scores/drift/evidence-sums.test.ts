import { expect, it } from 'vitest';
import { createEvidenceSums } from './evidence-sums.js';

const times = (count: number, ratio: number) => new Array<number>(count).fill(ratio);

function sumsOf(ratios: readonly number[]) {
  const sums = createEvidenceSums(1);
  for (const ratio of ratios) sums.add([ratio]);
  return sums;
}

it('sums of evidence tell since when nearly all of it has come, not since when a little did', () => {
  expect(sumsOf([...times(100, 1.01), ...times(30, 1.5)]).since()).toBe(30);
  expect(sumsOf([...times(50, 0.9), 1.01, ...times(10, 1.5)]).since()).toBe(10);
  expect(sumsOf(times(50, 0.9)).since()).toBe(0);
});

it('sums of evidence hold what years of it come to', () => {
  const sums = sumsOf(times(10_000, 2));
  expect(sums.evidence()).toBe(1e300);
  expect(sums.since()).toBe(2_000);
});
