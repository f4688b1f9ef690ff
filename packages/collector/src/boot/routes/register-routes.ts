import type { FastifyInstance } from 'fastify';
import type { LiveHub } from '../../feeds/live-hub.js';
import { registerLiveRoute } from '../../feeds/live-route.js';
import { createDurableBatches } from '../../ingest/durable-batches.js';
import { ipPrefix } from '../../ingest/ip-prefix.js';
import type { LimitRequests } from '../../ingest/limit-requests.js';
import { registerQueueRoute } from '../../ingest/queue-route.js';
import { registerReplayRoute } from '../../ingest/replay-route.js';
import { registerHealthRoutes } from '../../observe/health-routes.js';
import type { Metrics } from '../../observe/metrics.js';
import { registerDocsRoutes } from '../../observe/openapi/docs-routes.js';
import { ownVersion } from '../../observe/own-version.js';
import type { ReadinessProbes } from '../../observe/readiness.js';
import type { VitalsWatch } from '../../observe/vitals.js';
import type { Circle } from '../../pipeline/circle.js';
import { FEATURE_CATALOG } from '../../pipeline/feature-catalog.js';
import type { LiveFeatures } from '../../pipeline/live-features.js';
import { loadApart } from '../../pipeline/load-apart.js';
import { readFeatures } from '../../pipeline/read-features.js';
import type { OneAtATime } from '../../privacy/one-at-a-time.js';
import type { OpenSuppressions } from '../../privacy/open-suppressions.js';
import { registerAdminRoutes } from '../../workspaces/admin-routes.js';
import type { Registry } from '../../workspaces/registry.js';
import type { Config } from '../config.js';
import type { Guard } from '../http/open-guard.js';
import type { Control } from '../open-control.js';
import type { Decisions } from '../open-decisions.js';
import type { OpenFeatureRows } from '../open-feature-rows.js';
import type { Intake } from '../open-intake.js';
import { registerPrivacy } from '../open-privacy.js';
import type { OpenPseudonyms } from '../open-pseudonyms.js';
import type { Risk } from '../open-risk.js';
import type { OpenStore } from '../open-store.js';
import type { Pipeline } from '../pipeline/open-pipeline.js';
import { replayRefused } from '../replay-refused.js';
import { registerConsole } from './register-console.js';
import { registerIngest } from './register-ingest.js';
import { registerReading } from './register-reading.js';
import { registerSnapshots } from './register-snapshots.js';
import { registerTop } from './register-top.js';
import { createRoleGates } from './role-gates.js';

/** What stands behind the routes. */
export interface RouteRooms {
  readonly config: Config;
  readonly dataDirectory: string;
  readonly registry: Registry;
  readonly control: Control;
  readonly store: OpenStore;
  readonly storeReady: () => boolean;
  readonly pipeline: Pipeline;
  readonly circle: Circle;
  readonly intake: Intake;
  readonly guard: Pick<Guard, 'admission'>;
  readonly hub: LiveHub;
  readonly live: LiveFeatures;
  readonly decisions: Decisions;
  readonly risk: Risk;
  readonly featureRows: OpenFeatureRows;
  readonly pseudonyms: OpenPseudonyms;
  readonly suppressions: OpenSuppressions;
  readonly oneAtATime: OneAtATime;
  readonly probes: ReadinessProbes;
  readonly vitals: VitalsWatch;
  readonly metrics: Metrics;
  /** Folder of the built console; none is served when it does not exist. */
  readonly consoleDirectory: string | undefined;
}

/** Everything that a collector answers. @returns whether a console is among it. */
export async function registerRoutes(app: FastifyInstance, rooms: RouteRooms): Promise<boolean> {
  const { config, registry, control, storeReady, pipeline, circle, intake, live, decisions, risk, metrics } = rooms;
  const { changes, limitRequests } = control;
  const { formsOf, storedId } = rooms.pseudonyms;
  const store = rooms.store.connection;
  const completeTo = () => (pipeline.waitingSince.oldestMs() ?? Date.now() + 1) - 1;
  const gateOf = createRoleGates(config.roles, limitRequests);
  /** Routes that take bodies in their own way, in a scope of their own. */
  const behind = (gate: LimitRequests, register: (scope: FastifyInstance) => void) =>
    app.register(async (scope) => {
      scope.addHook('onRequest', gate);
      register(scope);
    });

  await registerIngest(app, {
    registry,
    accept: intake.accept,
    acceptServerBatch: intake.acceptServerBatch,
    loadedElsewhere: intake.loadedElsewhere,
    nonces: pipeline.nonces,
    batches: createDurableBatches(),
    budget: control.budget,
    changeConfig: control.changeConfig,
    cookieOrigins: config.cookieOrigins,
    limitRequests: gateOf('ingest'),
    metrics,
    admission: rooms.guard.admission,
    refuseWhenLow: pipeline.reserve.refuseWhenLow,
    now: Date.now,
  });
  await behind(gateOf('ingest'), (scope) => {
    registerQueueRoute(scope, { registry, seen: pipeline.seen });
    registerLiveRoute(scope, { registry, hub: rooms.hub });
  });
  await behind(limitRequests, (scope) =>
    registerReplayRoute(scope, {
      registry,
      replay: (workspaceId) => rooms.oneAtATime(() => loadApart(circle, () => replayRefused(store, workspaceId))),
      storeReady,
    }),
  );
  // Models and rules judge by what is in memory where events are accepted.
  await behind(gateOf('ingest'), (scope) => decisions.register(scope, { changes }));
  await behind(gateOf('ingest'), (scope) =>
    risk.registerRules(scope, {
      registry,
      changes,
      knowsPoints: intake.knowsPoints,
      featuresOf: live.get,
      formsOf,
      storedId,
      seeSuccess: decisions.seeSuccess,
      keep: decisions.keep,
    }),
  );
  await behind(limitRequests, (scope) => risk.register(scope, { registry, changes }));
  await behind(limitRequests, (scope) =>
    registerPrivacy(scope, { ...rooms, store, formsOf, waiting: pipeline.waiting, changes }),
  );
  await behind(limitRequests, (scope) => {
    if (config.clickhouseUrl === undefined) registerSnapshots(scope, rooms); // a server has its own backup
  });
  await behind(limitRequests, (scope) =>
    registerAdminRoutes(scope, { ...control, registry, networkOf: ipPrefix, now: Date.now }),
  );
  await behind(limitRequests, (scope) =>
    registerTop(scope, { ...rooms, completeTo, enginePid: rooms.store.enginePid }),
  );
  await registerReading(app, {
    registry,
    store,
    formsOf,
    featureCatalog: FEATURE_CATALOG,
    readFeatures: rooms.pseudonyms.inFeatures((workspaceId, query) =>
      readFeatures(store, workspaceId, query, Date.now(), live),
    ),
    readFeatureRows: rooms.featureRows.read,
    storeReady,
    completeTo,
    limitRequests: gateOf('analyze'),
    now: Date.now,
  });
  registerHealthRoutes(app, metrics, rooms.probes);
  registerDocsRoutes(app, ownVersion());
  if (config.roles.includes('console')) return registerConsole(app, rooms.consoleDirectory);
  await behind(gateOf('console'), (scope) => {
    for (const place of ['/console', '/console/*']) scope.all(place, async () => undefined);
  });
  return false;
}
