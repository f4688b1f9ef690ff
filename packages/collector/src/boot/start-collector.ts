import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Trainer } from '../decisions/trainer.js';
import { superviseEngine } from '../engine/supervise-engine.js';
import { createLiveHub } from '../feeds/live-hub.js';
import { registerLiveRoute } from '../feeds/live-route.js';
import { createAcceptBatch } from '../ingest/accept-batch.js';
import { createAcceptServerBatch } from '../ingest/accept-server-batch.js';
import { createDurableBatches } from '../ingest/durable-batches.js';
import { ipPrefix } from '../ingest/ip-prefix.js';
import { registerQueueRoute } from '../ingest/queue-route.js';
import { registerReplayRoute } from '../ingest/replay-route.js';
import { TidemarkError } from '../observe/errors.js';
import { registerHealthRoutes } from '../observe/health-routes.js';
import { createLogger } from '../observe/logger.js';
import { createMetrics } from '../observe/metrics.js';
import { listRoutes, registerDocsRoutes } from '../observe/openapi/docs-routes.js';
import { ownVersion } from '../observe/own-version.js';
import { registerRequestLog } from '../observe/request-log.js';
import { createVitals } from '../observe/vitals.js';
import { FEATURE_CATALOG } from '../pipeline/feature-catalog.js';
import { loadApart } from '../pipeline/load-apart.js';
import { readFeatures } from '../pipeline/read-features.js';
import { createReconciler } from '../pipeline/reconciler.js';
import { createOneAtATime } from '../privacy/one-at-a-time.js';
import { openSuppressions } from '../privacy/open-suppressions.js';
import { connectStore, type StoreAddress } from '../store/connect.js';
import { loadedBatches } from '../store/loads/loaded-batches.js';
import { createEnvelopeCheck, createServerEnvelopeCheck } from '../validate/check-envelope.js';
import { createEventCheck, createServerEventCheck } from '../validate/check-event.js';
import { lockDirectory } from '../wal/lock-directory.js';
import { registerAdminRoutes } from '../workspaces/admin-routes.js';
import type { IssuedKeys } from '../workspaces/registry.js';
import { type Config, type Role, storeCluster } from './config.js';
import { createHttpApp } from './http-app.js';
import { mendFormerParts } from './mend-former-parts.js';
import { registerMissingRoles } from './missing-roles.js';
import { openCircle } from './open-circle.js';
import { openControl } from './open-control.js';
import { openCookieless } from './open-cookieless.js';
import { openDecisions } from './open-decisions.js';
import { openEnrichment } from './open-enrichment.js';
import { openFeatureRows } from './open-feature-rows.js';
import { openGuard } from './open-guard.js';
import { openLiveFeatures } from './open-live-features.js';
import { openPipeline } from './open-pipeline.js';
import { registerPrivacy } from './open-privacy.js';
import { openPseudonyms } from './open-pseudonyms.js';
import { openRetention } from './open-retention.js';
import { openRisk } from './open-risk.js';
import { countingEvents, registerTop } from './open-top.js';
import { openWorkspaces } from './open-workspaces.js';
import { prepareStore } from './prepare-store.js';
import { createReadinessProbes } from './readiness-probes.js';
import { registerConsole } from './register-console.js';
import { registerIngest } from './register-ingest.js';
import { registerReading } from './register-reading.js';
import { replayRefused } from './replay-refused.js';
import { createWalEncoding } from './wal-streams.js';

export interface CollectorOptions {
  readonly config: Config;
  /** Name of the workspace that a first start makes. */
  readonly firstWorkspace: string;
  /** How the embedded engine's process is run; the built one unless a test says otherwise. */
  readonly engineCommand?: readonly [string, ...string[]];
  /** How models are trained; by the built worker unless a test says otherwise. */
  readonly trainer?: Trainer;
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

const BUILT_ENGINE = fileURLToPath(new URL('../engine/main.js', import.meta.url));
/*
 * A stop must end within ten seconds, whatever is under way; the engine may take three more of them.
 */
/** Requests under way get this long before their connections are closed. */
const DRAIN_MS = 3_000;
/** How often connections that have become idle meanwhile are closed. */
const DRAIN_LOOK_MS = 50;
/** So long the load in flight may take to end. */
const LOAD_END_MS = 2_500;

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
  const workspaces = await openWorkspaces(dataDirectory, options.firstWorkspace);
  const { registry } = workspaces;
  const stopping = new AbortController();
  let storeReady = false;
  const ready = () => storeReady;

  const remote = config.clickhouseUrl
    ? { url: config.clickhouseUrl, user: config.clickhouseUser, password: config.clickhousePassword }
    : undefined;
  const engine = remote
    ? undefined
    : superviseEngine({
        directory: resolve(dataDirectory, 'engine'),
        database: config.database,
        command: options.engineCommand ?? builtEngineCommand(),
        logger,
      });
  const storeAddress = () => remote ?? engine?.address();
  const store = connectStore(storeAddress, config.database, storeCluster(config));
  const does = (role: Role) => config.roles.includes(role);
  onHeld(async () => {
    stopping.abort();
    await store.close();
    await engine?.stop();
    await lock.release();
  });
  const control = await openControl({
    config,
    dataDirectory,
    workspaces,
    store,
    storeReady: ready,
    logger,
    metrics,
  });
  const suppressions = await openSuppressions({ dataDirectory, store, logger, now: Date.now });
  metrics.gauge(
    'tidemark_suppressions',
    'People whose events are refused because they were erased',
    suppressions.count,
  );
  const prepared = prepareStore({
    store,
    reachable: async () => engine?.ready(),
    exchangeControl: async () => {
      await control.exchange();
      await suppressions.exchange();
    },
    logger,
    stopSignal: stopping.signal,
  }).then(() => {
    storeReady = true;
    control.start();
    suppressions.start();
  });
  const storePrepared = prepared.catch((error: unknown) => {
    if (stopping.signal.aborted) return new Promise<never>(() => undefined);
    throw error;
  });
  storePrepared.catch(() => undefined); // whoever needs the store awaits it and is told

  const enrich = await openEnrichment(config, logger, metrics);
  const cookieless = await openCookieless(dataDirectory, registry, logger);
  const pseudonyms = openPseudonyms(registry, suppressions);
  const minimise = pseudonyms.inMinimise(enrich.minimise);
  const reserveBytes = config.diskReserveMiB * 1_048_576;
  const circle = await openCircle({ dataDirectory, roles: config.roles, store, logger, metrics });
  const reconciler = createReconciler({ store, circle, logger, metrics, now: () => performance.now() });
  const circleStarted = prepared.then(() => circle.start());
  circleStarted.then(() => mendFormerParts({ store, circle, logger })).catch(() => undefined); // likewise
  circleStarted.then(() => does('analyze') && reconciler.start()).catch(() => undefined); // whoever awaits the store is told
  const risk = await openRisk({ config, dataDirectory, store, storeReady: ready, logger, metrics });
  onHeld(async () => {
    stopping.abort();
    await risk.close();
    await store.close();
    await engine?.stop();
    await lock.release();
  });
  prepared.then(risk.start).catch(() => undefined); // whoever awaits the store is told
  const pipeline = await openPipeline({
    dataDirectory,
    reserveBytes,
    store,
    storePrepared: prepared,
    circle,
    reader: risk.segments,
    logger,
    metrics,
  });
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
  const { trainer } = options;
  const decisions = await openDecisions({
    ...{ dataDirectory, registry, store, live, logger, metrics, storeReady: ready },
    ...(trainer && { trainer }),
  });
  const hub = createLiveHub();
  metrics.gauge('tidemark_live_listeners', 'Pages that watch the live stream', hub.listeners);
  metrics.gauge(
    'tidemark_engine_restarts',
    'Times the embedded engine was started again',
    () => engine?.restarts() ?? 0,
  );

  const accept = createAcceptBatch({
    checkEnvelope: createEnvelopeCheck(),
    checkEvent: createEventCheck(),
    ...enrich,
    minimise,
    seen: pipeline.seen,
    honour: { gpc: config.honourGpc, dnt: config.honourDnt },
    isErased: pseudonyms.isErased,
    cookieless,
    wal: pipeline.log,
    encode: createWalEncoding(),
    onAccepted: countingEvents(vitals, (accepted) => {
      if (!accepted.batch.historical) hub.publish(accepted); // what happened long ago is no news
      decisions.publish(accepted); // before the order is counted among what its customer did of late
      live.publish(accepted);
    }),
  });
  const acceptServerBatch = createAcceptServerBatch({
    checkEnvelope: createServerEnvelopeCheck(),
    checkEvent: createServerEventCheck(),
    minimise,
    seen: pipeline.seenEventIds,
    isErased: pseudonyms.isErased,
    wal: pipeline.log,
    encode: createWalEncoding(),
    onAccepted(accepted) {
      live.publish(accepted);
      decisions.publish(accepted);
    },
  });
  const batches = createDurableBatches();
  const probes = createReadinessProbes({
    dataDirectory,
    reserveBytes,
    store,
    schemaReady: ready,
    diskFault: pipeline.diskFault,
    walSegments: pipeline.walSegments,
    roles: config.roles,
  });

  /** Of batches that this collector does not know; a store that does not answer knows none. */
  async function loadedElsewhere(workspaceId: string, ids: readonly string[]): Promise<readonly string[]> {
    if (!circle.hasOthers()) return [];
    return loadedBatches(store, workspaceId, ids).catch(() => []);
  }

  const guard = openGuard(config, metrics, pipeline.log.pendingBytes);
  const { admission } = guard;
  const { refuseWhenLow } = pipeline.reserve;
  const app = createHttpApp(config.trustProxy, logger, metrics, guard.createServer);
  onHeld(closeAll);
  const routes = listRoutes(app);
  registerRequestLog(app, { logger, metrics, networkOf: ipPrefix });
  app.addHook('onSend', async (_request, reply) => {
    if (stopping.signal.aborted) reply.header('Connection', 'close');
  });
  const { budget, limitRequests, changeConfig, changes, trail, usage } = control;
  const oneAtATime = createOneAtATime();
  const completeTo = () => (pipeline.waitingSince.oldestMs() ?? Date.now() + 1) - 1;
  const retention = openRetention({
    dataDirectory,
    registry,
    store,
    circle,
    suppressions,
    pseudonyms,
    oneAtATime,
    mayDrop: does('analyze'),
    isDrained: pipeline.loader.isIdle,
    circleStarted,
    isMoot: () => !storeReady || stopping.signal.aborted,
    logger,
    metrics,
  });
  if (does('ingest')) {
    await registerIngest(app, {
      registry,
      accept,
      acceptServerBatch,
      nonces: pipeline.nonces,
      batches,
      loadedElsewhere,
      budget,
      changeConfig,
      cookieOrigins: config.cookieOrigins,
      limitRequests,
      metrics,
      admission,
      refuseWhenLow,
      now: Date.now,
    });
  }
  await app.register(async (scope) => {
    scope.addHook('onRequest', limitRequests);
    if (does('ingest')) {
      registerQueueRoute(scope, { registry, seen: pipeline.seen });
      registerLiveRoute(scope, { registry, hub });
    }
    registerReplayRoute(scope, {
      registry,
      replay: (workspaceId) => oneAtATime(() => loadApart(circle, () => replayRefused(store, workspaceId))),
      storeReady: ready,
    });
  });
  await app.register(async (scope) => {
    if (!does('ingest')) return; // what is asked about is known where it is accepted
    scope.addHook('onRequest', limitRequests);
    decisions.register(scope, { changes });
  });
  await app.register(async (scope) => {
    scope.addHook('onRequest', limitRequests);
    risk.register(scope, { registry, changes });
  });
  await app.register(async (scope) => {
    if (!does('ingest')) return; // they judge by what is accepted here
    scope.addHook('onRequest', limitRequests);
    const { formsOf } = pseudonyms;
    risk.registerRules(scope, { registry, changes, featuresOf: live.get, formsOf, keep: decisions.keep });
  });
  await app.register(async (scope) => {
    scope.addHook('onRequest', limitRequests);
    const { waiting } = pipeline;
    const { formsOf } = pseudonyms;
    const rooms = {
      registry,
      store,
      suppressions,
      formsOf,
      waiting,
      hub,
      live,
      risk,
      decisions,
      circle,
      changes,
      metrics,
      oneAtATime,
    };
    registerPrivacy(scope, { ...rooms, storeReady: ready });
  });
  await app.register(async (scope) => {
    scope.addHook('onRequest', limitRequests);
    registerAdminRoutes(scope, { registry, changes, trail, usage, networkOf: ipPrefix, now: Date.now });
  });
  await app.register(async (scope) => {
    scope.addHook('onRequest', limitRequests);
    const enginePid = () => engine?.pid();
    registerTop(scope, { registry, vitals, pipeline, completeTo, storeReady: ready, enginePid });
  });
  const featureRows = openFeatureRows({ store, storeAddress, database: config.database });
  if (does('analyze')) {
    await registerReading(app, {
      registry,
      store,
      formsOf: pseudonyms.formsOf,
      featureCatalog: FEATURE_CATALOG,
      readFeatures: pseudonyms.inFeatures((workspaceId, query) =>
        readFeatures(store, workspaceId, query, Date.now(), live),
      ),
      readFeatureRows: featureRows.read,
      storeReady: ready,
      completeTo,
      limitRequests,
      now: Date.now,
    });
  }
  registerMissingRoles(app, config.roles);
  registerHealthRoutes(app, metrics, probes);
  registerDocsRoutes(app, ownVersion());
  const hasConsole = does('console') && (await registerConsole(app, options.consoleDirectory));

  async function listen(): Promise<string> {
    const address = await app.listen({ host: config.host, port: config.port });
    await workspaces.saveAddress(address);
    return address;
  }

  async function closeAll(): Promise<void> {
    stopping.abort();
    const idle = setInterval(() => app.server.closeIdleConnections(), DRAIN_LOOK_MS);
    const force = setTimeout(() => app.server.closeAllConnections(), DRAIN_MS);
    await app.close();
    clearInterval(idle);
    clearTimeout(force);
    guard.close();
    await workspaces.clearAddress();
    if (!storeReady) await engine?.stop(); // no load waits for it any longer
    const giveUp = setTimeout(() => void store.close(), LOAD_END_MS); // a load that breaks off is sent again at the next start
    await decisions.close();
    await featureRows.close();
    circle.shut();
    cookieless.close();
    await retention.stop();
    await reconciler.stop();
    await pipeline.close();
    await risk.close();
    await circle.leave();
    await control.close();
    await suppressions.stop();
    clearTimeout(giveUp);
    await store.close();
    await engine?.stop();
    await lock.release();
  }

  const url = await listen().catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    const advice = 'stop what listens there, or choose another with --port';
    throw new TidemarkError('port_taken', `port ${config.port} is taken: ${advice}`, { cause: error });
  });
  logger.info({ url }, 'collector listening');

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
    enginePid: () => engine?.pid(),
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

/** How the embedded engine's process is run as built. */
export function builtEngineCommand(): readonly [string, ...string[]] {
  return [process.execPath, BUILT_ENGINE];
}
