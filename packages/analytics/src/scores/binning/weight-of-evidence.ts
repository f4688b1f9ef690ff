/** Added to both counts of a bin, so that a bin with one outcome only has a finite weight. */
const SMOOTHING = 0.5;

export interface Evidence {
  /** In nats; > 0 means that the bin favours "good". Shape [bins]. */
  readonly woe: readonly number[];
  /** Information value, the sum over the bins. */
  readonly iv: number;
}

/**
 * Weight of evidence per bin, ln(share of the goods in the bin / share of the bads in the bin), and information value,
 * the sum of (share of goods - share of bads) * weight.
 *
 * @param goods - counts, shape [bins], each >= 0.
 * @param bads - counts, shape [bins].
 * @throws {RangeError} when the shapes differ or there are no bins.
 * @see N. Siddiqi, Credit Risk Scorecards (2006), chapter 6.
 */
export function weightOfEvidence(goods: ArrayLike<number>, bads: ArrayLike<number>): Evidence {
  if (goods.length !== bads.length || goods.length === 0) {
    throw new RangeError(`goods and bads need the same number of bins, got ${goods.length} and ${bads.length}`);
  }
  let [allGoods, allBads] = [0, 0];
  for (let bin = 0; bin < goods.length; bin += 1) {
    allGoods += (goods[bin] as number) + SMOOTHING; // in range
    allBads += (bads[bin] as number) + SMOOTHING;
  }
  let iv = 0;
  const woe = Array.from({ length: goods.length }, (_, bin) => {
    const shareOfGoods = ((goods[bin] as number) + SMOOTHING) / allGoods;
    const shareOfBads = ((bads[bin] as number) + SMOOTHING) / allBads;
    const weight = Math.log(shareOfGoods / shareOfBads);
    iv += (shareOfGoods - shareOfBads) * weight;
    return weight;
  });
  return { woe, iv };
}
