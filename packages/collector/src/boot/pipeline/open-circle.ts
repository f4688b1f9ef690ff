import type { Logger } from '../../observe/logger.js';
import type { Metrics } from '../../observe/metrics.js';
import { type Circle, createCircle } from '../../pipeline/circle.js';
import type { StoreConnection } from '../../store/connect.js';
import { readCollectors, tellState } from '../../store/loads/collectors.js';
import { openCollectorId } from '../collector-id.js';
import type { Role } from '../config.js';

export interface OpenCircleOptions {
  readonly dataDirectory: string;
  readonly roles: readonly Role[];
  readonly store: StoreConnection;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** The circle of the collectors before this store; nothing is said in it before `start`. */
export async function openCircle({ dataDirectory, roles, store, logger, metrics }: OpenCircleOptions): Promise<Circle> {
  const circle = createCircle({
    collectorId: await openCollectorId(dataDirectory),
    roles: roles.join(','),
    words: { tell: (state) => tellState(store, state), read: () => readCollectors(store) },
    logger,
    now: () => performance.now(),
  });
  metrics.gauge('tidemark_other_collectors', 'Other collectors of this store that live', circle.livingOthers);
  return circle;
}
