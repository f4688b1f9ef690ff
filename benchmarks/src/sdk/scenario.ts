import type { Series } from './in-page.js';
import type { Stage } from './stage.js';

/** A hard time for the SDK, after which everything tracked must be in the store, once. */
export interface Scenario {
  readonly name: string;
  /** Whether another seed makes another run: only then it runs with several. */
  readonly isRandom: boolean;
  /** Why it cannot run on this machine; undefined where it can. */
  readonly unavailable?: () => Promise<string | undefined>;
  readonly run: (stage: Stage) => Promise<Tracked>;
}

export interface Tracked {
  /** Every event of these must be stored. */
  readonly promised: readonly Series[];
  /** Tracked within the second before a kill: they may be stored, but not twice. */
  readonly late?: readonly Series[];
  /** Further figures of the run. */
  readonly notes?: Readonly<Record<string, number>>;
}

/** A kill finds in the queue what was tracked this long before. */
export const PROMISED_AFTER_MS = 1_000;
