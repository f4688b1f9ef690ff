import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTradingClock, marketHours } from '@tidemark/analytics/orders';
import { chineseCalendar } from '@tidemark/analytics/orders/chinese-calendar';
import type { FastifyInstance } from 'fastify';
import { createDecisionLog } from '../decisions/decision-log.js';
import { registerDecisionRoutes } from '../decisions/decision-routes.js';
import { deskEventOfRow } from '../decisions/desk-event.js';
import { listPlacedOrders } from '../decisions/list-placed-orders.js';
import { createModelShelf } from '../decisions/model-shelf.js';
import { createOrderDesks } from '../decisions/order-desks.js';
import { createPlacedOrders, type PlacedBatch } from '../decisions/placed-orders.js';
import { readActLog } from '../decisions/read-act-log.js';
import { createRecentActs } from '../decisions/recent-acts.js';
import { createRollingModels, type RollingModels, type RollingPace } from '../decisions/rolling/roll-models.js';
import { openServingBook } from '../decisions/rolling/serving-book.js';
import { createSeeSuccess, type SeeSuccess } from '../decisions/see-success.js';
import { createTrainer, type Trainer } from '../decisions/trainer.js';
import { TidemarkError } from '../observe/errors.js';
import type { Logger } from '../observe/logger.js';
import type { Metrics } from '../observe/metrics.js';
import type { LiveFeatures } from '../pipeline/live-features.js';
import type { UnloggedFlag } from '../pipeline/risk/found-flags.js';
import type { StoreConnection } from '../store/connect.js';
import { type DecisionRow, findDecision, writeDecisions } from '../store/decisions/decision-rows.js';
import { readDeskEvents } from '../store/decisions/desk-events.js';
import { readPlacedOrders } from '../store/decisions/placed-orders.js';
import { readPlacedOutcomes } from '../store/decisions/placed-outcomes.js';
import { readRecentDecisions } from '../store/decisions/recent-decisions.js';
import { readUserDeeds } from '../store/decisions/user-deeds.js';
import type { ControlChanges } from '../workspaces/control-changes.js';
import { createPseudonyms } from '../workspaces/pseudonyms.js';
import type { Registry } from '../workspaces/registry.js';
import { actorOf } from './actor-of.js';
import type { Config } from './config.js';
import type { WaitingSegments } from './pipeline/waiting-segments.js';

export interface DecisionsOptions {
  readonly dataDirectory: string;
  readonly registry: Registry;
  readonly store: StoreConnection;
  readonly storeReady: () => boolean;
  readonly waiting: Pick<WaitingSegments, 'drain'>;
  /** Takes flags to where all are; resolves when they are on disk. */
  readonly raise: (found: readonly UnloggedFlag[]) => Promise<void>;
  readonly live: Pick<LiveFeatures, 'get' | 'isWhole'>;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly config: Pick<Config, 'modelsRefitEvery' | 'modelsChallenger'>;
  /** In a thread unless a test says otherwise. */
  readonly trainer?: Trainer;
  /** A test has no half minute to spare. */
  readonly pace?: RollingPace;
}

export interface Decisions {
  publish(batch: PlacedBatch): void;
  /** For rules over whoever places an order. */
  readonly seeSuccess: SeeSuccess;
  /** Writes one down that was made elsewhere. */
  keep(row: DecisionRow): void;
  register(app: FastifyInstance, rooms: { readonly changes: Pick<ControlChanges, 'note'> }): void;
  forget(workspaceId: string, id: string): void;
  close(): Promise<void>;
}

const BUILT_WORKER = fileURLToPath(new URL('../decisions/train-worker.js', import.meta.url));
/** What was accepted while the store was away is in it within, or is waited for again. */
const DRAIN_WITHIN_MS = 60_000;

/** Where models, what is known of orders, and what was decided by them meet. */
export async function openDecisions(options: DecisionsOptions): Promise<Decisions> {
  const { dataDirectory, registry, store, storeReady, logger, metrics } = options;
  const directory = join(dataDirectory, 'models');
  const shelf = createModelShelf(directory, logger);
  const book = await openServingBook(directory, shelf, logger);
  const trainer =
    options.trainer ??
    createTrainer(BUILT_WORKER, (err) => logger.error({ err }, 'the thread that trains models failed'));
  const hours = marketHours(createTradingClock({ calendar: chineseCalendar('bank') }));
  const desks = createOrderDesks({
    hours,
    readEvents: (workspaceId, afterMs) => readDeskEvents(store, workspaceId, afterMs),
    readDeeds: (workspaceId, userId) => readUserDeeds(store, workspaceId, userId),
    storeReady,
    drained: (signal) => options.waiting.drain(DRAIN_WITHIN_MS, signal),
    logger,
    now: Date.now,
  });
  const { storedId } = createPseudonyms(registry);
  const log = createDecisionLog({
    write: (rows) => writeDecisions(store, rows),
    storeReady,
    logger,
    countLost: metrics.total('tidemark_decisions_lost_total', 'Decisions that could not be written down'),
  });
  metrics.gauge('tidemark_decision_users', 'Users whose deeds are in memory', desks.users);
  metrics.gauge(
    'tidemark_decision_events_waiting',
    'Events of orders in memory until the store answers',
    desks.waiting,
  );
  metrics.gauge(
    'tidemark_decision_events_passed_over',
    'Of these since the start, for which there was no room: they are read from the store',
    desks.passedOver,
  );
  const readRecent = createRecentActs(options.live);
  const { modelsRefitEvery: refitEvery, modelsChallenger: challenger } = options.config;
  let rolling: RollingModels | undefined;

  async function readOrders(workspaceId: string) {
    if (!storeReady()) throw new TidemarkError('store_refused', 'The store is starting; try again in a moment.');
    const knownUntilMs = Date.now();
    const rows = await readDeskEvents(store, workspaceId, 0);
    return { events: rows.map(deskEventOfRow), acts: await readActLog(store, workspaceId), knownUntilMs };
  }

  return {
    publish: createPlacedOrders({
      book,
      desks,
      readRecent,
      onDecided: log.add,
      countUnsaid: metrics.total(
        'tidemark_orders_unsaid_total',
        'Placed orders of which nothing was said, there being too many at once',
      ),
      now: Date.now,
    }),
    seeSuccess: createSeeSuccess({ book, desks, readRecent, storedId, onDecided: log.add }),
    keep: log.addRow,
    register(app, { changes }) {
      rolling = createRollingModels({
        book,
        shelf,
        trainer,
        readOutcomes: (workspaceId, after, untilMs) => readPlacedOutcomes(store, workspaceId, after, untilMs),
        readOrders,
        refitEvery,
        challenger,
        note: changes.note,
        raise: (workspaceId, flags) =>
          options.raise(
            flags.map((flag) => ({ workspaceId, eventId: '', surface: '', receivedAtMs: Date.now(), flag })),
          ),
        storeReady,
        logger,
        now: Date.now,
        ...(options.pace && { pace: options.pace }),
      });
      rolling.start();
      registerDecisionRoutes(app, {
        registry,
        shelf,
        book,
        rolling,
        refitEvery,
        actorOf,
        desks,
        hours,
        readRecent,
        storedId,
        note: (request, access, decisionId) =>
          changes.note(actorOf(request, access), 'scorecard.ask', access.workspaceId, decisionId),
        onDecided: log.add,
        findDecision: async (workspaceId, decisionId) =>
          log.find(workspaceId, decisionId) ??
          (storeReady() ? findDecision(store, workspaceId, decisionId) : undefined),
        placedOrders: (workspaceId) =>
          listPlacedOrders(
            log.waiting(workspaceId),
            async (afterMs, limit) => (storeReady() ? readPlacedOrders(store, workspaceId, afterMs, limit) : []),
            Date.now(),
          ),
        recentDecisions: async (workspaceId, version) =>
          storeReady() ? readRecentDecisions(store, workspaceId, version) : [],
        now: Date.now,
      });
    },
    forget(workspaceId, id) {
      desks.forget(workspaceId, id);
      log.forget(workspaceId, id);
    },
    async close() {
      await (rolling ?? trainer).close();
      await desks.close();
      await log.close();
    },
  };
}
