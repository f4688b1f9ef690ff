import { TidemarkError } from '../observe/errors.js';
import type { Circle } from './circle.js';

const WITHIN_MS = 15_000;

/**
 * Loads something beside the loaders: at once when there is one collector, otherwise while all of them stand still.
 *
 * @throws {TidemarkError} `store_refused` when they did not come to stand still; nothing was done then.
 */
export async function loadApart<T>(circle: Pick<Circle, 'hasOthers' | 'hold'>, work: () => Promise<T>): Promise<T> {
  if (!circle.hasOthers()) return work();
  const outcome = await circle.hold(work, WITHIN_MS);
  if (!outcome) throw new TidemarkError('store_refused', 'the other collectors are loading; ask again in a moment');
  return outcome.result;
}
