import type { Logger } from '../observe/logger.js';
import type { Metrics } from '../observe/metrics.js';
import type { Circle } from '../pipeline/circle.js';
import type { LiveFeatureBatch } from '../pipeline/live-acts.js';
import { createLiveFeatures, type LiveFeatures } from '../pipeline/live-features.js';
import { restoreLiveFeatures } from '../pipeline/restore-live-features.js';
import type { StoreConnection } from '../store/connect.js';
import type { WaitingSegments } from './pipeline/waiting-segments.js';
import { untilTold } from './until-told.js';

export interface LiveFeaturesParts {
  /** For the features of all subjects: 1.6 to 5 KB each, by how much they did. */
  readonly memoryMiB: number;
  readonly store: StoreConnection;
  /** Resolves when the schema is there. */
  readonly storePrepared: Promise<void>;
  readonly waiting: Pick<WaitingSegments, 'drain'>;
  readonly circle: Pick<Circle, 'hasOthers'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly stopSignal: AbortSignal;
  /** Told of each batch that the features count by now. */
  readonly onCounted: (batch: LiveFeatureBatch, live: Pick<LiveFeatures, 'get'>) => void;
}

/** What was accepted before this process began is in the store within, or is asked after again. */
const DRAIN_WITHIN_MS = 60_000;
const DELAY_SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5] as const;

/** Velocity features of this process: empty at first, whole as soon as the store has told of the last 24 hours. */
export function openLiveFeatures(parts: LiveFeaturesParts): LiveFeatures {
  const { metrics, circle } = parts;
  const observeDelay = metrics.histogram(
    'tidemark_live_features_delay_seconds',
    'From the moment an event was durable to the moment the features in memory counted it',
    DELAY_SECONDS,
  );
  const startedMs = Date.now();
  const live: LiveFeatures = createLiveFeatures({
    bytesMax: parts.memoryMiB * 1_048_576,
    now: Date.now,
    defer: (work) => void setImmediate(work),
    isAlone: () => !circle.hasOthers(),
    onCounted: (batch) => parts.onCounted(batch, live),
    onTaken: (afterMs) => observeDelay(afterMs / 1_000),
  });
  const { gauge } = metrics;
  const { figures } = live;
  gauge(
    'tidemark_live_features_subjects',
    'Visitors, users and devices with features in memory',
    () => figures().subjects,
  );
  gauge('tidemark_live_features_bytes', 'What these take in memory, about', () => figures().bytes);
  gauge(
    'tidemark_live_features_evicted',
    'Subjects that made room for others since the start',
    () => figures().evicted,
  );
  gauge('tidemark_live_features_events', 'Events counted in memory since the start', () => figures().events);
  gauge('tidemark_live_features_late', 'Events too late for any window in memory', () => figures().lateEvents);
  gauge('tidemark_live_features_waiting', 'Durable events not counted in memory yet', () => figures().waiting);
  let restored = 0;
  let rebuildSeconds = 0;
  gauge('tidemark_live_features_restored', '1 when the last 24 hours before the start are in memory', () => restored);
  gauge(
    'tidemark_live_features_rebuild_seconds',
    'How long the store took to tell of the last 24 hours before the start; 0 until it has',
    () => rebuildSeconds,
  );
  restore(parts, live, startedMs).then(
    (tookMs) => {
      restored = 1;
      rebuildSeconds = tookMs / 1_000;
    },
    () => undefined, // stopped before
  );
  return live;
}

/**
 * Until it succeeds, or the collector stops: without it the features are what came since the start, and say so.
 *
 * @returns how long it took, milliseconds; without what was still to be loaded before.
 */
async function restore(parts: LiveFeaturesParts, live: LiveFeatures, startedMs: number): Promise<number> {
  const { store, waiting, logger, stopSignal } = parts;
  await parts.storePrepared;
  const ask = async () => {
    await waiting.drain(DRAIN_WITHIN_MS);
    const begunMs = performance.now();
    const events = await restoreLiveFeatures(store, live, startedMs);
    const tookMs = Math.round(performance.now() - begunMs);
    logger.debug({ events, tookMs }, 'features of the last 24 hours are in memory');
    return tookMs;
  };
  return untilTold(ask, { missing: 'features of the last 24 hours are', logger, stopSignal });
}
