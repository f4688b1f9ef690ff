import type { Random } from '../random.js';
import type { OrderRequest } from './order-request.js';
import type { SuccessProbability } from './success-probability.js';

/** What chance has in store for an order, decided as it is placed. */
export type Fate = 'filled' | 'partial' | 'cancelled' | 'expired' | 'rejected';

/** How orders fail that do. */
const FAILURES = [
  ['rejected', 0.25],
  ['cancelled', 0.45],
  ['expired', 0.3],
] as const;

export function drawFate(random: Random, { success, full }: SuccessProbability): Fate {
  const draw = random.next();
  const failure = random.weighted(FAILURES.map(([, weight]) => weight));
  if (draw < full) return 'filled';
  if (draw < success) return 'partial';
  return FAILURES[failure]?.[0] ?? 'expired';
}

/** The odds of an order whose end is settled; undefined for one that has its chance. */
export function destined(destiny: OrderRequest['destiny']): SuccessProbability | undefined {
  if (destiny === undefined) return undefined;
  return destiny === 'filled' ? { success: 1, full: 1 } : { success: 0, full: 0 };
}
