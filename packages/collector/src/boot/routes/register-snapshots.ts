import type { FastifyInstance } from 'fastify';
import { TidemarkError } from '../../observe/errors.js';
import type { Circle } from '../../pipeline/circle.js';
import type { OneAtATime } from '../../privacy/one-at-a-time.js';
import { snapshotData } from '../../privacy/snapshot-data.js';
import { registerSnapshotRoute, type SnapshotRouteOptions } from '../../privacy/snapshot-route.js';

export interface SnapshotsOptions extends Pick<SnapshotRouteOptions, 'registry' | 'storeReady'> {
  /** The tables lie in it, too. */
  readonly dataDirectory: string;
  readonly circle: Pick<Circle, 'hold'>;
  /** An erasure, and whatever else rewrites tables, waits for it and it for that. */
  readonly oneAtATime: OneAtATime;
}

const HOLD_WITHIN_MS = 15_000;

/** What a backup of the running collector is made from: taken while nothing is loaded. */
export function registerSnapshots(app: FastifyInstance, options: SnapshotsOptions): void {
  const { dataDirectory, circle, oneAtATime, registry, storeReady } = options;
  registerSnapshotRoute(app, {
    registry,
    storeReady,
    take: () =>
      oneAtATime(async () => {
        const outcome = await circle.hold(() => snapshotData(dataDirectory), HOLD_WITHIN_MS);
        if (outcome?.held) return outcome.result;
        throw new TidemarkError('store_refused', 'what is being loaded did not stand still; try again in a moment');
      }),
  });
}
