import type { Counted } from './compare-surfaces.js';

/**
 * A proportion of weighted rows, as one of so many plain ones as they are worth: (sum of weights)^2 / (sum of their squares). Of
 * equal weights that is the number of rows kept, and of weights of 1 the counts themselves.
 *
 * @param count - sum of the weights of those that did; of: of all.
 * @param squares - sum of the squares of the weights of all; 0 when there are none.
 * @see L. Kish, Survey Sampling (1965), section 11.7.
 */
export function weighed(count: number, of: number, squares: number): Counted {
  if (of === 0 || squares === of) return { count, of };
  const worth = Math.round((of * of) / squares);
  return { count: (count / of) * worth, of: worth };
}
