import { randomUUID } from 'node:crypto';
import type { Logger } from '../observe/logger.js';
import type { Metrics } from '../observe/metrics.js';
import type { StoreConnection } from '../store/connect.js';
import { closeMend, countDoubleLoads, openMend } from '../store/loads/double-loads.js';
import { recount } from '../store/loads/recount.js';
import type { Circle } from './circle.js';

export interface ReconcilerOptions {
  readonly store: StoreConnection;
  readonly circle: Pick<Circle, 'hasOthers' | 'isFirstAnalyst' | 'hold'>;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'total' | 'gauge'>;
  /** Monotonic, milliseconds. */
  readonly now: () => number;
}

/** Finds what two collectors loaded, and has the aggregates counted anew where it was counted twice. */
export interface Reconciler {
  start(): void;
  stop(): Promise<void>;
}

const EVERY_MS = 2_000;
const HOLD_WITHIN_MS = 45_000;
/** Before the first look all that is remembered is looked at. */
const HORIZON_SECONDS = 8 * 86_400;
/** Mended at once: some seconds of work at the very most, during which nothing is loaded. */
const MOST_EVENTS = 20_000;
const LEAST_EVENTS = 500;

export function createReconciler({ store, circle, logger, metrics, now }: ReconcilerOptions): Reconciler {
  const countMended = metrics.total(
    'tidemark_double_loads_mended_total',
    'Events that were loaded twice and are counted once again',
  );
  const countGroups = metrics.total('tidemark_recounted_groups_total', 'Groups of aggregates that were counted anew');
  const countStrays = metrics.total('tidemark_deleted_copies_total', 'Copies deleted from the raw table');
  const countFailures = metrics.total('tidemark_failed_mends_total', 'Mends that are tried again');
  let cleanSinceMs = Number.NEGATIVE_INFINITY;
  let lagSinceMs: number | undefined;
  let found = 0;
  let most = MOST_EVENTS;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  metrics.gauge('tidemark_double_loads', 'Events that are counted twice just now, at the last look', () => found);
  metrics.gauge('tidemark_reconcile_lag_seconds', 'Since everything loaded was known to be counted once', () =>
    lagSinceMs === undefined ? 0 : (now() - lagSinceMs) / 1_000,
  );

  function isAllClear(since: number): void {
    found = 0;
    cleanSinceMs = since;
    lagSinceMs = undefined;
    most = MOST_EVENTS;
  }

  async function look(): Promise<void> {
    // Alone there is nothing to find, but the loads of now are looked at when others come: `cleanSinceMs` stays.
    if (!circle.hasOthers() || !circle.isFirstAnalyst()) {
      found = 0;
      lagSinceMs = undefined;
      return;
    }
    lagSinceMs ??= now();
    const begunMs = now();
    const sinceSeconds = Math.ceil(Math.min(HORIZON_SECONDS, (begunMs - cleanSinceMs) / 1_000));
    found = await countDoubleLoads(store, sinceSeconds);
    if (found > 0 && store.cluster) {
      // A mend deletes by what other tables say, which is not proven on replicas that lag: it is counted, and said.
      logger.warn({ found }, 'events were loaded twice; on a cluster their aggregates are not counted anew');
      cleanSinceMs = begunMs;
      return;
    }
    while (found > 0 && !stopping) {
      if (!(await mend(sinceSeconds))) return;
      found = await countDoubleLoads(store, sinceSeconds);
    }
    if (found === 0) isAllClear(begunMs);
  }

  /** @returns whether it came to an end that counts. */
  async function mend(sinceSeconds: number): Promise<boolean> {
    const mendId = randomUUID();
    const startedMs = now();
    const outcome = await circle.hold(async () => {
      const events = await openMend(store, mendId, sinceSeconds, most);
      return { events, ...(await recount(store, mendId)) };
    }, HOLD_WITHIN_MS);
    if (!outcome) {
      logger.info({ found }, 'events were loaded twice; the other collectors do not hold still yet');
      return false;
    }
    const { events, groups, strays } = outcome.result;
    if (!outcome.held) {
      most = Math.max(LEAST_EVENTS, Math.floor(most / 2));
      countFailures(1);
      logger.warn({ events, groups }, 'counting anew took so long that the others went on; trying again with less');
      return false;
    }
    await closeMend(store, mendId);
    countMended(events);
    countGroups(groups);
    countStrays(strays);
    logger.info(
      { events, groups, strays, ms: Math.round(now() - startedMs) },
      'events that were loaded twice are counted once',
    );
    return true;
  }

  function schedule(): void {
    if (stopping) return;
    timer = setTimeout(() => {
      running = look()
        .catch((error: unknown) => {
          countFailures(1);
          logger.warn({ error: String(error) }, 'looking for what was loaded twice failed; trying again');
        })
        .finally(schedule);
    }, EVERY_MS);
  }

  return {
    start: schedule,
    async stop() {
      stopping = true;
      clearTimeout(timer);
      await running;
    },
  };
}
