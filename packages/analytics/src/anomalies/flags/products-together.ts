import { logPoissonTail } from '../../stats/index.js';
import { COUNT_WINDOWS_LEAST, type CountBaseline, judgeCount } from '../series/count-baseline.js';

/** Sales of one product in the window that is filling, and what such windows are like. */
export interface SalesWindow {
  readonly baseline: CountBaseline;
  readonly fromMs: number;
  readonly sales: number;
}

export interface ProductsTogether {
  /** Others that have a baseline, and sold something within the week. */
  readonly others: number;
  /** Those of them that sell more than usual in the same window. */
  readonly above: number;
  /** So many are by chance, if products have nothing to do with each other. */
  readonly byChance: number;
}

const WEEK_MS = 7 * 86_400_000;
/** One in twenty windows of a product is so busy. */
const ABOVE_SHARE = 0.05;
/** One in a hundred windows has more products above their usual by chance. */
const TOGETHER_LEAST = Math.log(100);

/**
 * How many other products sell more than usual in the window of one. Their windows are judged as full ones while they fill,
 * so that early in a window few are above.
 */
export function countTogether(own: SalesWindow, all: Iterable<SalesWindow>): ProductsTogether {
  let [others, above] = [0, 0];
  for (const one of all) {
    const ageMs = own.fromMs - one.fromMs;
    // What is ahead has learnt this window and forgotten its count: an event that came late cannot tell.
    if (one === own || one.fromMs < 0 || ageMs < 0 || ageMs > WEEK_MS) continue;
    if (one.baseline.seasonal.overall.count < COUNT_WINDOWS_LEAST) continue;
    others++;
    if (ageMs > 0) continue; // no sale since
    if (judgeCount(one.baseline, one.fromMs, one.sales).surprise >= -Math.log(ABOVE_SHARE)) above++;
  }
  return { others, above, byChance: mostByChance(others) };
}

/** By Poisson, whose tail is above that of the binomial. */
function mostByChance(others: number): number {
  let most = 0;
  while (most < others && -logPoissonTail(most + 1, others * ABOVE_SHARE) < TOGETHER_LEAST) most++;
  return most;
}
