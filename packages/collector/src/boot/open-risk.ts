import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { type DecideRouteOptions, registerDecideRoute } from '../decisions/decide-route.js';
import { nodeFileSystem } from '../disk/file-system.js';
import { createFlagHub } from '../feeds/flag-hub.js';
import { registerFlagRoutes } from '../feeds/flag-routes.js';
import { registerFlagStreamRoute } from '../feeds/flag-stream-route.js';
import type { Metrics } from '../observe/metrics.js';
import type { LiveFeatureBatch } from '../pipeline/live-acts.js';
import type { LiveFeatures } from '../pipeline/live-features.js';
import { createFlagBook } from '../pipeline/risk/flag-book.js';
import { openFlagLog } from '../pipeline/risk/flag-log.js';
import { FLAGS_MAX } from '../pipeline/risk/known-flags.js';
import { createRaiseFlags, type RaiseFlags } from '../pipeline/risk/raise-flags.js';
import { readPast } from '../pipeline/risk/read-past.js';
import {
  createRiskSegments,
  listRiskFiles,
  type RiskSegments,
  setAsideNoFiles,
} from '../pipeline/risk/risk-segments.js';
import { openRiskLife } from '../pipeline/risk/risk-snapshot.js';
import type { DetectorFigures, FoundFlag, RunningDetectors } from '../pipeline/risk/run-detectors.js';
import { startDetectors } from '../pipeline/risk/start-detectors.js';
import { workspacePartOf } from '../pipeline/risk/workspace-part-of.js';
import { placeOfStore, type StoreAddress } from '../store/connect.js';
import { readFlagEvents } from '../store/flags/flag-events.js';
import {
  type FlagPositions,
  readFlag,
  readFlagPrecision,
  readFlags,
  readNewestFlags,
} from '../store/flags/read-flags.js';
import { writeFlags } from '../store/flags/write-flags.js';
import { formsOf } from '../store/privacy/subject-ids.js';
import type { ControlChanges } from '../workspaces/control-changes.js';
import type { Registry } from '../workspaces/registry.js';
import { actorOf } from './actor-of.js';
import { openCollectorId } from './collector-id.js';
import type { Config } from './config.js';
import { openCalibration } from './open-calibration.js';
import { openPolicies } from './open-policies.js';
import { openRules } from './open-rules.js';
import { openSimulations } from './open-simulations.js';
import { type OpenWebhooksOptions, openWebhooks } from './open-webhooks.js';
import type { WaitingSegments } from './pipeline/waiting-segments.js';
import { createRecallRisk } from './recall-risk.js';

export interface OpenRiskOptions extends OpenWebhooksOptions {
  readonly config: Pick<Config, 'database' | 'roles' | 'webhookLoopback'>;
  readonly storeAddress: () => StoreAddress | undefined;
  /** Whether no other collector takes events of the same devices. */
  readonly isAlone: () => boolean;
  readonly metrics: Metrics;
  readonly simulationWorker: URL | undefined;
}

type RuleRooms = Pick<
  DecideRouteOptions,
  'registry' | 'featuresOf' | 'formsOf' | 'storedId' | 'seeSuccess' | 'keep'
> & {
  readonly changes: Pick<ControlChanges, 'note'>;
  /** Whether it is known where networks are. */
  readonly knowsPoints: () => boolean;
};

/** The detectors over what is accepted, and the feed of what they find. */
export interface Risk {
  /** What the WAL tells of its segments. */
  readonly segments: RiskSegments;
  /** Takes what was found beside the log; resolves when it is on disk. */
  readonly raise: RaiseFlags['takeUnlogged'];
  /** Resolves when everything durable by now was looked at, and every flag of it is on disk and in the store when that is there. */
  settled(): Promise<void>;
  register(
    app: FastifyInstance,
    rooms: { readonly registry: Registry; readonly changes: Pick<ControlChanges, 'note'> },
  ): void;
  /** Rules and `POST /v1/decide`, where events are accepted: both look at what is in memory there. */
  registerRules(app: FastifyInstance, rooms: RuleRooms): void;
  /** Counts sessions, and asks the rules about a batch that the features in memory count by now. */
  look(batch: LiveFeatureBatch, live: Pick<LiveFeatures, 'get'>): void;
  /**
   * Events are taken from now on, but for while that is not so.
   *
   * @param refused - workspaces of which none are taken for now.
   */
  listen(isAccepting: () => boolean, refused: () => readonly string[]): void;
  /** To be called when the schema is there. */
  start(waiting: Pick<WaitingSegments, 'drain'>): Promise<void>;
  /** Everything that is kept of an entity here; its rows in the store are the erasure's matter. */
  forget(workspaceId: string, id: string): Promise<void>;
  close(): Promise<void>;
}

const FIGURES_EVERY_MS = 2_000;
const LISTENING_EVERY_MS = 60_000;
const DRAIN_WITHIN_MS = 60_000;

export async function openRisk(options: OpenRiskOptions): Promise<Risk> {
  const { store, logger, metrics } = options;
  const directory = join(options.dataDirectory, 'risk');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const collectorId = await openCollectorId(options.dataDirectory);
  const log = await openFlagLog(directory, nodeFileSystem);
  const calibration = await openCalibration(directory, logger);
  const { database } = options.config;
  const simulations = openSimulations({ ...options, database, worker: options.simulationWorker });
  const policies = await openPolicies({
    directory,
    simulations,
    onLimits: (limits) => detectors.limit(limits),
  });
  const book = createFlagBook(
    { collectorId, now: Date.now, calibrate: calibration, policyOf: policies.of },
    log.found?.state,
  );
  for (const row of log.found?.rows ?? []) book.restore(row);
  const hub = createFlagHub();
  const webhooks = await openWebhooks(options);
  const raise = createRaiseFlags({
    book,
    log,
    publish: hub.publish,
    write: (rows) => writeFlags(store, rows),
    onWritten(position) {
      hub.written(position);
      webhooks.poke();
    },
    logger,
    random: Math.random,
  });
  const rules = await openRules({ directory, simulations, raise, logger });
  const strangers = await setAsideNoFiles(directory);
  if (strangers > 0) logger.warn({ strangers, directory }, 'what is no file lay among the segments; it is set aside');
  // Before the detectors: they take every file that lies there by then for whole.
  const { file: readTo } = await openRiskLife(directory, Date.now());
  const firstFile = Math.max(readTo, (await listRiskFiles(directory)).at(-1) ?? 0) + 1;
  const detectors = await startDetectors({
    directory,
    limits: policies.limits(),
    now: () => performance.now(),
    clock: Date.now,
    deliver: (life, found) => raise.take(life, options.isAlone() ? found : found.filter(isKnownByOne)),
    readPast,
    onFault: (fault) => logger.error({ fault }, 'the detectors stumbled; they go on from where they were'),
  });
  const recall = createRecallRisk({
    detectors,
    raise,
    areFlagsLost: log.found === undefined,
    seesEvents: options.config.roles.includes('ingest'),
    readFlags: () => readNewestFlags(store, FLAGS_MAX),
    place: placeOfStore(options.storeAddress, options.config.database),
    logger,
    metrics,
  });
  const segments = createRiskSegments(directory, firstFile, detectors.advance);
  const figures = watchFigures(detectors);
  metrics.gauge(
    'tidemark_risk_events',
    'Events that the detectors looked at since the start',
    () => figures.last().events,
  );
  metrics.gauge(
    'tidemark_risk_evicted',
    'Entities the detectors forgot for want of room',
    () => figures.last().evicted,
  );
  metrics.gauge(
    'tidemark_risk_unwatched_views',
    'Views of pages that are not watched one by one for want of room',
    () => figures.last().unwatched,
  );
  metrics.gauge(
    'tidemark_risk_damaged_bytes',
    'Bytes of the log that no detector could read',
    () => figures.last().damagedBytes,
  );
  metrics.gauge('tidemark_risk_missed_segments', 'Segments that no detector will see', segments.missed);
  metrics.gauge('tidemark_risk_set_aside', 'What lay among segments at the start and is no file', () => strangers);
  metrics.gauge('tidemark_flags_known', 'Flags in memory', () => book.figures().known);
  metrics.gauge('tidemark_flags_unwritten', 'Flags that the store does not have yet', raise.unwritten);
  metrics.gauge('tidemark_flags_rolled_up', 'Flags over their budget since the start', () => book.figures().rolledUp);
  metrics.gauge(
    'tidemark_flags_hushed',
    'Flags left out after false positives since the start',
    () => book.figures().hushed,
  );
  metrics.gauge(
    'tidemark_flags_unwanted',
    'Flags left out by the policies of workspaces since the start',
    () => book.figures().unwanted,
  );
  metrics.gauge('tidemark_flag_listeners', 'Listeners to the stream of flags', hub.listeners);

  let listening: NodeJS.Timeout | undefined;

  const readPage = (...ask: [string, FlagPositions, Parameters<typeof readFlags>[3], number]) =>
    readFlags(store, ...ask);
  return {
    segments,
    raise: raise.takeUnlogged,
    async settled() {
      await detectors.settled();
      if (options.storeReady()) await raise.written();
    },
    register(app, { registry, changes }) {
      const { storeReady } = options;
      registerFlagRoutes(app, {
        registry,
        storeReady,
        readFlags: readPage,
        findFlag: async (workspaceId, flagId) =>
          raise.find(workspaceId, flagId) ?? (await readFlag(store, workspaceId, flagId)).at(-1),
        readEvents: (workspaceId, flag, limit) =>
          readFlagEvents(store, workspaceId, flag, workspacePartOf(flag), limit),
        readPrecision: (workspaceId) => readFlagPrecision(store, workspaceId),
        triage: (workspaceId, flag, triage, by) => raise.triage(workspaceId, flag.flagId, triage, by, flag),
        note: (request, access, flagId, { action }) =>
          changes.note(actorOf(request, access), 'flag.triage', access.workspaceId, `${action} ${flagId}`),
      });
      registerFlagStreamRoute(app, { registry, hub, storeReady, readFlags: readPage });
      webhooks.register(app, { registry, changes });
    },
    registerRules(scope, { changes, knowsPoints, ...rooms }) {
      scope.addHook('preClose', async () => simulations.close()); // nobody's question holds up the stop
      rules.register(scope, { registry: rooms.registry, changes });
      policies.register(scope, { registry: rooms.registry, changes, knowsPoints });
      void scope.register(async (app) =>
        registerDecideRoute(app, {
          ...rooms,
          rulesOf: rules.book.of,
          policyOf: policies.of,
          openFlags: book.openOf,
          storeReady: options.storeReady,
          newId: randomUUID,
          now: Date.now,
        }),
      );
    },
    look(batch, live) {
      calibration.look(batch);
      rules.look(batch, live);
    },
    listen(isAccepting, refused) {
      if (!options.config.roles.includes('ingest')) return;
      listening = setInterval(() => {
        if (isAccepting()) detectors.listening(refused());
      }, LISTENING_EVERY_MS).unref();
    },
    async start(waiting) {
      await recall.begin((signal) => waiting.drain(DRAIN_WITHIN_MS, signal));
      raise.start();
      webhooks.poke();
    },
    async forget(workspaceId, id) {
      const forms = formsOf(id);
      await detectors.forget(workspaceId, forms);
      rules.forget(workspaceId, forms);
      await raise.forget(workspaceId, forms);
      hub.forget(workspaceId, forms);
    },
    async close() {
      clearInterval(listening);
      figures.stop();
      recall.stop();
      await detectors.stop();
      await raise.stop();
      await calibration.close();
      await webhooks.close();
      await log.close();
    },
  };
}

/** Of the numbers of a device that go to several collectors none sees all, nor who comes to another one. */
function isKnownByOne({ flag: { reasons } }: FoundFlag): boolean {
  return !reasons.some(({ code }) => code === 'seq_gap' || code === 'flat_line');
}

/** What the detectors' thread knows of itself, as it was a moment ago. */
function watchFigures(detectors: Pick<RunningDetectors, 'settled'>) {
  let last: DetectorFigures = { events: 0, damagedBytes: 0, evicted: 0, unwatched: 0 };
  const timer = setInterval(() => {
    detectors.settled().then(
      (figures) => {
        last = figures;
      },
      () => undefined, // told as a fault already
    );
  }, FIGURES_EVERY_MS);
  return { last: () => last, stop: () => clearInterval(timer) };
}
