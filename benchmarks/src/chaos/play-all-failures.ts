import { createRandom } from '../load/random.js';
import type { TestPlan } from './chaos-test.js';
import { type Fault, OPERATIONS, type Operation } from './failing-file-system.js';
import { type PlayedFailures, playFailures } from './play-failures.js';

export interface AllFailures {
  readonly plays: number;
  /** Plays that did not come to their end. */
  readonly stuck: number;
  /** Plays in which the call that was to fail came and failed, by operation. */
  readonly failed: Readonly<Partial<Record<Operation, number>>>;
  readonly acked: number;
  readonly lost: number;
  readonly duplicated: number;
}

/** A fault that lasts for a while. */
const BURST = 3;

/** Plays a script once for each call that it makes, with that call failing; `n` scripts. */
export async function playAllFailures({ n, seed, onProgress }: TestPlan): Promise<AllFailures> {
  const tally = { plays: 0, stuck: 0, acked: 0, lost: 0, duplicated: 0 };
  const failed: Partial<Record<Operation, number>> = {};

  async function play(script: number, faults: readonly Fault[]): Promise<PlayedFailures | undefined> {
    tally.plays++;
    try {
      const played = await playFailures(createRandom(seed + script), faults);
      tally.acked += played.acked;
      tally.lost += played.lost;
      tally.duplicated += played.duplicated;
      if (played.lost + played.duplicated > 0)
        onProgress(`script ${script}, ${JSON.stringify(faults)}: lost or doubled`);
      return played;
    } catch (error) {
      tally.stuck++;
      onProgress(`script ${script}, ${JSON.stringify(faults)}: ${error}`);
      return undefined;
    }
  }

  for (let script = 1; script <= n; script++) {
    const calm = await play(script, []);
    if (!calm) break;
    for (const operation of OPERATIONS) {
      for (let nth = 1; nth <= calm.counts[operation]; nth++) {
        for (const faults of faultsAt(operation, nth)) {
          const played = await play(script, faults);
          if (played && played.failures > 0) failed[operation] = (failed[operation] ?? 0) + 1;
        }
      }
    }
    onProgress(`script ${script} of ${n}: ${tally.plays} plays so far`);
  }
  return { ...tally, failed };
}

function faultsAt(operation: Operation, nth: number): Fault[][] {
  const alone: Fault = { operation, nth, times: 1 };
  const burst: Fault = { operation, nth, times: BURST };
  if (operation !== 'sync' && operation !== 'shortAppend') return [[alone], [burst]];
  // What was written may stay: it cannot be cut off, or its file not be removed, for a while.
  return [
    [alone],
    [burst],
    [alone, { operation: 'truncate', nth: 1, times: BURST }],
    [alone, { operation: 'openForAppend', nth: 2, times: BURST }],
    [alone, { operation: 'remove', nth: 1, times: BURST }],
  ];
}
