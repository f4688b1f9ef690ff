import { absent, faultOfAmounts, measured, type Outcome } from './outcome.js';

/**
 * Times between neighbours, the ground of every measure of timing. Equal times give a gap of zero.
 *
 * @param times - ascending, shape [n], n >= 2, in any one unit.
 * @returns shape [n - 1], each >= 0, in the same unit; absent for fewer than two times, out of order, or not finite.
 */
export function gapsOf(times: readonly number[]): Outcome<readonly number[]> {
  if (times.length === 0) return absent('no_events');
  for (const time of times) if (!Number.isFinite(time)) return absent('not_finite');
  if (times.length === 1) return absent('too_few_events');
  const gaps: number[] = [];
  for (let i = 1; i < times.length; i++) {
    const gap = (times[i] ?? 0) - (times[i - 1] ?? 0);
    if (gap < 0) return absent('out_of_order');
    gaps.push(gap);
  }
  return measured(gaps);
}

/** What makes a list of gaps unusable, whoever made it. */
export function faultOfGaps(gaps: readonly number[], fewest: number): ReturnType<typeof absent> | undefined {
  if (gaps.length === 0) return absent('no_events');
  const fault = faultOfAmounts(gaps);
  if (fault) return absent(fault);
  return gaps.length < fewest ? absent('too_few_events') : undefined;
}
