import { resolve } from 'node:path';
import type { RollingPace } from '../decisions/rolling/roll-models.js';
import type { Trainer } from '../decisions/trainer.js';
import { createLiveHub } from '../feeds/live-hub.js';
import { ipPrefix } from '../ingest/ip-prefix.js';
import { createLogger } from '../observe/logger.js';
import { createMetrics } from '../observe/metrics.js';
import { listRoutes } from '../observe/openapi/docs-routes.js';
import { registerRequestLog } from '../observe/request-log.js';
import { createVitals } from '../observe/vitals.js';
import { createReconciler } from '../pipeline/reconciler.js';
import { createOneAtATime } from '../privacy/one-at-a-time.js';
import { dropSnapshot } from '../privacy/snapshot-data.js';
import type { StoreAddress } from '../store/connect.js';
import { lockDirectory } from '../wal/lock-directory.js';
import type { IssuedKeys } from '../workspaces/registry.js';
import { closeCollector } from './close-collector.js';
import type { Config } from './config.js';
import { createHttpApp } from './http/http-app.js';
import { listen } from './http/listen.js';
import { openGuard } from './http/open-guard.js';
import { openDecisions } from './open-decisions.js';
import { openExchange } from './open-exchange.js';
import { openFeatureRows } from './open-feature-rows.js';
import { openIntake } from './open-intake.js';
import { openLiveFeatures } from './open-live-features.js';
import { openPseudonyms } from './open-pseudonyms.js';
import { openRetention } from './open-retention.js';
import { openRisk } from './open-risk.js';
import { openStore } from './open-store.js';
import { openWorkspaces } from './open-workspaces.js';
import { mendFormerParts } from './pipeline/mend-former-parts.js';
import { openCircle } from './pipeline/open-circle.js';
import { openPipeline } from './pipeline/open-pipeline.js';
import { createReadinessProbes } from './readiness-probes.js';
import { registerRoutes } from './routes/register-routes.js';

export interface CollectorOptions {
  readonly config: Config;
  /** Name of the workspace that a first start makes. */
  readonly firstWorkspace: string;
  /** How the embedded engine's process is run; the built one unless a test says otherwise. */
  readonly engineCommand?: readonly [string, ...string[]];
  /** How models are trained; by the built worker unless a test says otherwise. */
  readonly trainer?: Trainer;
  /** File of the thread that simulates rules and policies; the built one unless a test says otherwise. */
  readonly simulationWorker?: URL;
  /** How often it is looked what became of orders; a test has no half minute to spare. */
  readonly pace?: RollingPace;
  /** Folder of the built console; no console is served when it does not exist. */
  readonly consoleDirectory?: string;
}

export interface Collector {
  readonly url: string;
  /** Keys of the first workspace. */
  readonly keys: IssuedKeys;
  readonly hasConsole: boolean;
  /** What it answers, `get /v1/reports/{name}`. */
  readonly routes: readonly string[];
  /** Resolves when the store takes rows; rejects when it never will; stays open when it is closed before. */
  readonly storePrepared: Promise<void>;
  /** What was left to do of a restore is done: how many people were erased again; nearly always none, at once. */
  readonly restored: Promise<number>;
  /** Whether everything accepted is in the store. */
  isDrained(): boolean;
  /** Resolves when the detectors have seen all that was accepted by now, and every flag of it is kept. */
  flagged(): Promise<void>;
  /** Where its store listens now; undefined while the embedded engine starts. */
  storeAddress(): StoreAddress | undefined;
  /** Process id of the embedded engine, when it runs. */
  enginePid(): number | undefined;
  /** Stops taking requests, finishes those under way, makes them durable. What is not loaded stays in the WAL. */
  close(): Promise<void>;
}

/**
 * Starts a collector: it accepts as soon as its own disk is ready, whether the store is or not.
 *
 * @throws {TidemarkError} `data_directory_locked`, `port_taken`.
 */
export async function startCollector(options: CollectorOptions): Promise<Collector> {
  let giveBack: () => Promise<void> = async () => undefined;
  try {
    return await openCollector(options, (how) => {
      giveBack = how;
    });
  } catch (error) {
    await giveBack();
    throw error;
  }
}

/** @param onHeld - told at each step how what is held by then is given back, for a start that ends half-way. */
async function openCollector(
  options: CollectorOptions,
  onHeld: (giveBack: () => Promise<void>) => void,
): Promise<Collector> {
  const { config } = options;
  const dataDirectory = resolve(config.dataDirectory);
  const logger = createLogger(config.logLevel);
  const vitals = createVitals(Date.now);
  const metrics = vitals.watch(createMetrics());
  const lock = await lockDirectory(dataDirectory);
  onHeld(lock.release);
  await dropSnapshot(dataDirectory); // of a backup that was killed
  const workspaces = await openWorkspaces(dataDirectory, options.firstWorkspace);
  const { registry } = workspaces;
  const stopping = new AbortController();
  const analyzes = config.roles.includes('analyze');

  const { engineCommand } = options;
  const storeParts = openStore({ config, dataDirectory, engineCommand, logger, metrics });
  const store = storeParts.connection;
  onHeld(async () => {
    stopping.abort();
    await store.close();
    await storeParts.stopEngine();
    await lock.release();
  });
  const { control, suppressions, prepared, isPrepared } = await openExchange({
    ...{ config, dataDirectory, workspaces, store: storeParts, logger, metrics },
    stopSignal: stopping.signal,
  });
  const storePrepared = prepared.catch((error: unknown) => {
    if (stopping.signal.aborted) return new Promise<never>(() => undefined);
    throw error;
  });
  storePrepared.catch(() => undefined); // whoever needs the store awaits it and is told

  const pseudonyms = openPseudonyms(registry, suppressions);
  const reserveBytes = config.diskReserveMiB * 1_048_576;
  const circle = await openCircle({ dataDirectory, roles: config.roles, store, logger, metrics });
  const reconciler = createReconciler({ store, circle, logger, metrics, now: () => performance.now() });
  const circleStarted = prepared.then(() => circle.start());
  circleStarted.then(() => mendFormerParts({ store, circle, logger })).catch(() => undefined); // whoever awaits the store is told
  circleStarted.then(() => analyzes && reconciler.start()).catch(() => undefined); // likewise
  const { address: storeAddress } = storeParts;
  const isAlone = () => !circle.hasOthers();
  const risk = await openRisk({
    config,
    dataDirectory,
    store,
    storeAddress,
    isAlone,
    storeReady: isPrepared,
    simulationWorker: options.simulationWorker,
    logger,
    metrics,
  });
  onHeld(async () => {
    stopping.abort();
    await risk.close();
    await store.close();
    await storeParts.stopEngine();
    await lock.release();
  });
  const pipeline = await openPipeline({
    dataDirectory,
    reserveBytes,
    maxQueues: config.maxQueues,
    isErased: pseudonyms.isErased,
    store,
    storePrepared: prepared,
    circle,
    reader: risk.segments,
    logger,
    metrics,
  });
  prepared.then(() => risk.start(pipeline.waiting)).catch(() => undefined); // whoever awaits the store is told
  const live = openLiveFeatures({
    memoryMiB: config.liveFeaturesMiB,
    store,
    storePrepared: prepared,
    waiting: pipeline.waiting,
    circle,
    logger,
    metrics,
    stopSignal: stopping.signal,
    onCounted: risk.look,
  });
  const { trainer, pace } = options;
  const decisions = await openDecisions({
    ...{ config, dataDirectory, registry, store, live, logger, metrics },
    storeReady: isPrepared,
    waiting: pipeline.waiting,
    raise: risk.raise,
    ...(trainer && { trainer }),
    ...(pace && { pace }),
  });
  const hub = createLiveHub();
  metrics.gauge('tidemark_live_listeners', 'Pages that watch the live stream', hub.listeners);

  const intake = await openIntake({
    ...{ config, dataDirectory, registry, pipeline, pseudonyms, store, circle, logger, metrics },
    onAccepted(accepted) {
      const { surface } = accepted.batch.context;
      for (const { event } of accepted.rows) vitals.countEvent(event.type, surface);
      if (!accepted.batch.historical) hub.publish(accepted); // what happened long ago is no news
      decisions.publish(accepted); // before the order is counted among what its customer did of late
      live.publish(accepted);
    },
    onAcceptedOfServer(accepted) {
      live.publish(accepted);
      decisions.publish(accepted);
    },
  });
  const probes = createReadinessProbes({
    dataDirectory,
    reserveBytes,
    store,
    schemaReady: isPrepared,
    diskFault: pipeline.diskFault,
    walSegments: pipeline.walSegments,
    roles: config.roles,
  });

  const guard = openGuard(config, metrics, pipeline.log.pendingBytes);
  const app = createHttpApp(config.trustProxy, logger, metrics, guard.createServer);
  const routes = listRoutes(app);
  registerRequestLog(app, { logger, metrics, networkOf: ipPrefix });
  app.addHook('onSend', async (_request, reply) => {
    if (stopping.signal.aborted) reply.header('Connection', 'close');
  });
  const oneAtATime = createOneAtATime();
  const retention = openRetention({
    dataDirectory,
    registry,
    store,
    circle,
    suppressions,
    pseudonyms,
    oneAtATime,
    mayDrop: analyzes,
    isDrained: pipeline.loader.isIdle,
    circleStarted,
    isMoot: () => !isPrepared() || stopping.signal.aborted,
    logger,
    metrics,
  });
  const featureRows = openFeatureRows({ store, storeAddress, database: config.database });
  const held = { app, guard, workspaces, decisions, featureRows, circle, intake, retention, reconciler, pipeline };
  const closeAll = () => {
    stopping.abort();
    return closeCollector({ ...held, risk, control, suppressions, store: storeParts, lock }, isPrepared());
  };
  onHeld(closeAll);
  const hasConsole = await registerRoutes(app, {
    ...{
      config,
      dataDirectory,
      registry,
      control,
      store: storeParts,
      storeReady: isPrepared,
      pipeline,
      circle,
      intake,
      guard,
      hub,
      live,
    },
    ...{ decisions, risk, featureRows, pseudonyms, suppressions, oneAtATime, probes, vitals, metrics },
    consoleDirectory: options.consoleDirectory,
  });

  const url = await listen(app, config);
  await workspaces.saveAddress(url);
  logger.info({ url }, 'collector listening');
  risk.listen(pipeline.takesEvents, () =>
    registry
      .data()
      .workspaces.flatMap(({ workspaceId, disabled }) =>
        disabled || control.budget.isSpent(workspaceId) ? [workspaceId] : [],
      ),
  );

  let closing: Promise<void> | undefined;
  return {
    url,
    keys: workspaces.keys,
    hasConsole,
    routes,
    storePrepared,
    restored: retention.restored,
    isDrained: pipeline.loader.isIdle,
    flagged: risk.settled,
    storeAddress,
    enginePid: storeParts.enginePid,
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
