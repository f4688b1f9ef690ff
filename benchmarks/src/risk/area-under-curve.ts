/**
 * Area under the ROC curve: the share of (positive, negative) pairs that the scores put in order, ties as halves.
 *
 * @throws {RangeError} without one of each.
 * @see J. Hanley, B. McNeil, "The meaning and use of the area under a ROC curve", 1982.
 */
export function areaUnderCurve(scores: readonly number[], labels: readonly boolean[]): number {
  const ranked = scores.map((score, i) => ({ score, label: labels[i] === true })).sort((a, b) => a.score - b.score);
  const positives = ranked.filter(({ label }) => label).length;
  const negatives = ranked.length - positives;
  if (positives === 0 || negatives === 0) throw new RangeError('a curve needs both labels');
  let rankSum = 0;
  for (let start = 0, end = 0; start < ranked.length; start = end) {
    while (end < ranked.length && ranked[end]?.score === ranked[start]?.score) end++;
    const rank = (start + 1 + end) / 2; // the mean of equals, from 1
    for (let i = start; i < end; i++) if (ranked[i]?.label) rankSum += rank;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
