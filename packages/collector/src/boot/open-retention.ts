import { TidemarkError } from '../observe/errors.js';
import type { Logger } from '../observe/logger.js';
import type { Metrics } from '../observe/metrics.js';
import type { Circle } from '../pipeline/circle.js';
import { applySuppressions } from '../privacy/apply-suppressions.js';
import type { OneAtATime } from '../privacy/one-at-a-time.js';
import type { OpenSuppressions } from '../privacy/open-suppressions.js';
import { createRetention, type Retention } from '../privacy/retention.js';
import type { StoreConnection } from '../store/connect.js';
import { dropExpired } from '../store/privacy/drop-expired.js';
import type { Registry } from '../workspaces/registry.js';
import { finishRestore } from './finish-restore.js';
import type { OpenPseudonyms } from './open-pseudonyms.js';

export interface OpenRetentionOptions {
  readonly dataDirectory: string;
  readonly registry: Registry;
  readonly store: StoreConnection;
  readonly circle: Circle;
  readonly suppressions: OpenSuppressions;
  readonly pseudonyms: Pick<OpenPseudonyms, 'isErased'>;
  readonly oneAtATime: OneAtATime;
  /** Whether this collector may delete what is too old, when its turn comes. */
  readonly mayDrop: boolean;
  /** Everything that a restore brought into the WAL is loaded. */
  readonly isDrained: () => boolean;
  /** Resolves when the collectors before the store know of one another. */
  readonly circleStarted: Promise<void>;
  /** Nobody wants to hear of it: the store never came, or this collector stops. */
  readonly isMoot: () => boolean;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** So long the other collectors may take to stand still. */
const HOLD_WITHIN_MS = 15_000;

/** What goes by itself: first those whom a restore brought back although they were erased, from then on what is too old. */
export function openRetention(options: OpenRetentionOptions): Retention & { readonly restored: Promise<number> } {
  const { registry, store, circle, suppressions, pseudonyms, oneAtATime, logger, metrics } = options;

  async function applyAll(): Promise<number> {
    const { workspaces: concerned } = suppressions;
    const { isErased } = pseudonyms;
    const outcome = await circle.hold(
      () => applySuppressions({ store, isErased, workspaces: concerned() }),
      HOLD_WITHIN_MS,
    );
    if (!outcome?.held) throw new TidemarkError('store_refused', 'the other collectors did not stand still for it');
    return outcome.result;
  }
  const retention = createRetention({
    workspaces: () => registry.data().workspaces,
    isOurTurn: () => options.mayDrop && circle.isFirstAnalyst(),
    drop: (workspaceId, beforeDay, rollupsFromDay) =>
      oneAtATime(async () => {
        const outcome = await circle.hold(
          () => dropExpired(store, workspaceId, beforeDay, rollupsFromDay),
          HOLD_WITHIN_MS,
        );
        return outcome?.held ? outcome.result : undefined;
      }),
    logger,
    countDropped: metrics.total(
      'tidemark_expired_rows_total',
      'Rows deleted because they were older than they are kept',
    ),
    now: Date.now,
  });
  const restored = options.circleStarted.then(() =>
    finishRestore({
      dataDirectory: options.dataDirectory,
      isDrained: options.isDrained,
      apply: () => oneAtATime(applyAll),
    }),
  );
  restored.then(retention.start, () => undefined);
  restored.catch((error: unknown) => {
    if (options.isMoot()) return; // whoever waits for the store is told
    logger.error({ error: String(error) }, 'the restore is not finished; start again');
  });
  return { ...retention, restored };
}
