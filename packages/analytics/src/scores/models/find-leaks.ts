import { fitFeatureBins } from '../binning/feature-bins.js';
import { countOutcomes } from '../binning/fit-card-bins.js';
import type { Column } from '../table/table.js';

/** A single honest column hardly ever orders the outcomes so well. */
const SUSPICIOUS_AUC = 0.99;
const BINS = 50;
const LEAST_CATEGORY_ROWS = 10;

/** A sentence for each column that tells the outcome nearly by itself: it is likely known only afterwards. */
export function findLeaks(columns: readonly Column[], labels: Uint8Array, specials: readonly number[]): string[] {
  return columns.flatMap((column) => {
    const bins = fitFeatureBins(column, { maxBins: BINS, leastCategoryRows: LEAST_CATEGORY_ROWS, specials });
    const { good, bad } = countOutcomes(bins, column, labels);
    const auc = aucOfBins(good, bad);
    return auc < SUSPICIOUS_AUC
      ? []
      : [
          `Column "${column.name}" alone tells the outcome (AUC ${auc.toFixed(3)}): if it is known only afterwards, leave it out (--drop ${column.name}).`,
        ];
  });
}

/** The share of pairs of outcomes that the bins, sorted by their rate, put right; half for pairs within a bin. */
function aucOfBins(good: Float64Array, bad: Float64Array): number {
  const rate = (bin: number): number => (good[bin] as number) / ((good[bin] as number) + (bad[bin] as number) || 1);
  const order = Array.from(good.keys()).sort((a, b) => rate(a) - rate(b));
  let [right, goods, bads] = [0, 0, 0];
  for (const bin of order) {
    right += (good[bin] as number) * (bads + (bad[bin] as number) / 2);
    goods += good[bin] as number;
    bads += bad[bin] as number;
  }
  return right / (goods * bads);
}
