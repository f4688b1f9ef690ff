import type { FastifyInstance } from 'fastify';
import type { Circle } from '../pipeline/circle.js';
import type { Reconciler } from '../pipeline/reconciler.js';
import type { OpenSuppressions } from '../privacy/open-suppressions.js';
import type { Retention } from '../privacy/retention.js';
import type { DirectoryLock } from '../wal/lock-directory.js';
import type { Guard } from './http/open-guard.js';
import type { Control } from './open-control.js';
import type { Decisions } from './open-decisions.js';
import type { OpenFeatureRows } from './open-feature-rows.js';
import type { Intake } from './open-intake.js';
import type { Risk } from './open-risk.js';
import type { OpenStore } from './open-store.js';
import type { Workspaces } from './open-workspaces.js';
import type { Pipeline } from './pipeline/open-pipeline.js';

/** What a collector holds that listens. */
export interface HeldParts {
  readonly app: FastifyInstance;
  readonly guard: Guard;
  readonly workspaces: Workspaces;
  readonly decisions: Decisions;
  readonly featureRows: OpenFeatureRows;
  readonly circle: Circle;
  readonly intake: Intake;
  readonly retention: Retention;
  readonly reconciler: Reconciler;
  readonly pipeline: Pipeline;
  readonly risk: Risk;
  readonly control: Control;
  readonly suppressions: OpenSuppressions;
  readonly store: OpenStore;
  readonly lock: DirectoryLock;
}

/*
 * A stop must end within ten seconds, whatever is under way; the engine may take three more of them.
 */
/** Requests under way get this long before their connections are closed. */
const DRAIN_MS = 3_000;
/** How often connections that have become idle meanwhile are closed. */
const DRAIN_LOOK_MS = 50;
/** So long the load in flight may take to end. */
const LOAD_END_MS = 2_500;

/** Stops taking requests, finishes those under way, and closes all parts: each after those that need it. */
export async function closeCollector(parts: HeldParts, isStoreReady: boolean): Promise<void> {
  const { app, store, circle } = parts;
  const startBrokenOff = isStoreReady ? undefined : store.stopEngine(); // no load waits for it any longer
  await drain(app);
  parts.guard.close();
  await parts.workspaces.clearAddress();
  await startBrokenOff;
  const giveUp = setTimeout(() => void store.connection.close(), LOAD_END_MS); // a load that breaks off is sent again at the next start
  await parts.decisions.close();
  await parts.featureRows.close();
  circle.shut();
  parts.intake.close();
  await parts.retention.stop();
  await parts.reconciler.stop();
  await parts.pipeline.close();
  await parts.risk.close();
  await circle.leave();
  await parts.control.close();
  await parts.suppressions.stop();
  clearTimeout(giveUp);
  await store.connection.close();
  await store.stopEngine();
  await parts.lock.release();
}

async function drain(app: FastifyInstance): Promise<void> {
  const idle = setInterval(() => app.server.closeIdleConnections(), DRAIN_LOOK_MS);
  const force = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
  await app.close();
  clearInterval(idle);
  clearTimeout(force);
}
