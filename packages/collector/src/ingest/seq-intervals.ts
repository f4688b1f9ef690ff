/**
 * A set of sequence numbers as sorted, disjoint, closed intervals: [first0, last0, first1, last1, ...].
 * A queue that arrives in order costs two numbers for ever; each gap costs two more.
 */
export type SeqIntervals = number[];

/** Whether the set holds `seq`. O(log gaps). */
export function hasSeq(intervals: SeqIntervals, seq: number): boolean {
  const first = intervals[firstEndingAtOrAfter(intervals, seq)];
  return first !== undefined && first <= seq;
}

/** Adds every number from `first` to `last` in place, joining what becomes adjacent. Adding twice changes nothing. */
export function addRange(intervals: SeqIntervals, first: number, last: number): void {
  const from = firstEndingAtOrAfter(intervals, first - 1); // touches or overlaps from here...
  let to = from;
  while (to < intervals.length && (intervals[to] as number) <= last + 1) to += 2; // ...up to here; to is within bounds
  if (from === to) {
    intervals.splice(from, 0, first, last);
    return;
  }
  const joinedFirst = Math.min(first, intervals[from] as number);
  const joinedLast = Math.max(last, intervals[to - 1] as number);
  if (to - from > 2) intervals.splice(from, to - from - 2);
  intervals[from] = joinedFirst;
  intervals[from + 1] = joinedLast;
}

/** Takes every number from `first` to `last` out again, splitting intervals where need be. */
export function removeRange(intervals: SeqIntervals, first: number, last: number): void {
  const from = firstEndingAtOrAfter(intervals, first);
  let to = from;
  const kept: number[] = [];
  for (; to < intervals.length && (intervals[to] as number) <= last; to += 2) {
    const [start, end] = [intervals[to] as number, intervals[to + 1] as number]; // to is even and within bounds
    if (start < first) kept.push(start, first - 1);
    if (end > last) kept.push(last + 1, end);
  }
  intervals.splice(from, to - from, ...kept);
}

/** The numbers that are in either, as a set of its own. O(intervals). */
export function unionOf(a: readonly number[], b: readonly number[]): SeqIntervals {
  const union: SeqIntervals = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const fromA = j >= b.length || (i < a.length && (a[i] as number) <= (b[j] as number)); // in bounds by the order of the tests
    const [first, last] = (fromA ? [a[i], a[i + 1]] : [b[j], b[j + 1]]) as [number, number]; // intervals come in pairs
    const end = union.at(-1);
    if (end !== undefined && first <= end + 1) union[union.length - 1] = Math.max(end, last);
    else union.push(first, last);
    if (fromA) i += 2;
    else j += 2;
  }
  return union;
}

/** How many numbers the set holds. */
export function countSeqs(intervals: readonly number[]): number {
  let count = 0;
  for (let i = 0; i + 1 < intervals.length; i += 2)
    count += (intervals[i + 1] as number) - (intervals[i] as number) + 1; // in bounds
  return count;
}

/** The first stretches from 1 on that the set leaves out below its highest number. */
export function gapsOf(intervals: readonly number[], most: number): [first: number, last: number][] {
  const gaps: [number, number][] = [];
  let next = 1;
  for (let i = 0; i + 1 < intervals.length && gaps.length < most; i += 2) {
    const first = intervals[i] as number; // in bounds
    if (first > next) gaps.push([next, first - 1]);
    next = (intervals[i + 1] as number) + 1; // in bounds
  }
  return gaps;
}

/** Index of the first interval whose end is >= seq; the length when there is none. New numbers mostly go last. */
function firstEndingAtOrAfter(intervals: SeqIntervals, seq: number): number {
  const lastEnd = intervals.at(-1);
  if (lastEnd === undefined || lastEnd < seq) return intervals.length;
  let low = 0;
  let high = intervals.length / 2 - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((intervals[2 * middle + 1] as number) >= seq)
      high = middle; // within bounds: middle < length / 2
    else low = middle + 1;
  }
  return 2 * low;
}
