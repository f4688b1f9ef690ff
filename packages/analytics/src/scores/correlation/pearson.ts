import { pearson as pearsonOf } from '../../stats/moments.js';
import { midRanks } from './mid-ranks.js';
import type { Pairs } from './pairs.js';

/** Share of a straight line, -1..1. @returns null when a column is constant or there are fewer than two rows. */
export function pearson({ x, y }: Pairs): number | null {
  const correlation = pearsonOf(x, y);
  return correlation.kind === 'measured' ? correlation.value : null;
}

/** Pearson of the ranks: share of a rising or falling curve, -1..1. @see C. Spearman, 1904. */
export function spearman({ x, y }: Pairs): number | null {
  return pearson({ x: midRanks(x), y: midRanks(y) });
}
