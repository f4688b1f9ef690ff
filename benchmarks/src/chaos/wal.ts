import { createRandom } from '../load/random.js';
import { isClean, type TestPlan, type TestResult } from './chaos-test.js';
import { runDamageRounds } from './damage-rounds.js';
import { damageSegment } from './damage-segment.js';

export interface WalResult extends TestResult {
  /** Starts of the WAL on a segment that was cut at each byte of its last frames. */
  readonly cuts: number;
  /** Starts on a segment with each of its bits flipped, one after another. */
  readonly flips: number;
  /** Starts that failed. */
  readonly failedStarts: number;
  /** Flips in the header, which leave no frame readable: the file is kept, whole, for a person. */
  readonly keptAside: number;
  /** Kills of a collector at work whose WAL was damaged before it was started again. */
  readonly rounds: number;
  /** Acknowledged events that lay in the bytes damaged there, and were therefore gone. */
  readonly destroyed: number;
}

/** Damages a WAL in every small way there is, and then that of a collector at work, and looks for all that was left good. */
export async function runWal({ n: rounds, seed, onProgress }: TestPlan): Promise<WalResult> {
  const every = await damageSegment(createRandom(seed));
  onProgress(
    `${every.cuts} cuts and ${every.flips} flips: ${every.lost} rows lost, ${every.failedStarts} starts failed`,
  );
  const atWork = await runDamageRounds({ n: rounds, seed, onProgress });
  return {
    rounds,
    cuts: every.cuts,
    flips: every.flips,
    failedStarts: every.failedStarts,
    keptAside: every.keptAside,
    destroyed: atWork.destroyed,
    acked: every.acked + atWork.acked,
    lost: every.lost + atWork.lost,
    duplicated: every.duplicated + atWork.duplicated,
    aggregatesEqual: atWork.aggregatesEqual,
    seed,
  };
}

export function isGoodWal(result: WalResult): boolean {
  return isClean(result) && result.failedStarts === 0 && result.destroyed > 0;
}
