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
