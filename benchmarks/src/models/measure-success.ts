import type { VelocityEvent } from '@tidemark/analytics/features';
import { createTradingClock, type MarketHours, marketHours } from '@tidemark/analytics/orders';
import { chineseCalendar } from '@tidemark/analytics/orders/chinese-calendar';
import {
  type ActLog,
  createActLogWriter,
  type DecidedOrder,
  type DeskEvent,
  decidedOrders,
  fitSuccess,
  logLoss,
  openSuccess,
  SET_LEVEL,
  type SuccessModel,
  tallyScores,
} from '@tidemark/analytics/scores';
import { createSimulation, type OrderTruth } from '@tidemark/analytics/simulator';

export interface SuccessPlan {
  /** Markets learnt from; each its own seed, its own economy. */
  readonly trainSeeds: number;
  /** Markets that no model has seen. */
  readonly testSeeds: number;
  readonly days: number;
  readonly users: number;
  /** Of the first market learnt from, and of the first unseen one; those of the others follow. */
  readonly firstTrainSeed: number;
  readonly firstTestSeed: number;
}

/** As many orders as a small platform sees in a month or two. */
export const SUCCESS_PLAN: SuccessPlan = {
  ...{ trainSeeds: 20, testSeeds: 8, days: 10, users: 400 },
  ...{ firstTrainSeed: 1_000, firstTestSeed: 5_000 },
};

export interface SuccessFigures {
  /** Of the served probability that any of an order is filled, over that of the true probabilities, on unseen markets. */
  readonly logLossRatio: number;
  /** The same for filled whole. */
  readonly fullLogLossRatio: number;
  /** Share of unseen orders whose true probability lies in the served interval; nominally .95. */
  readonly coverage: number;
  /** 1.96 standard errors of that share, were it .95: a coverage within .95 +- this is within binomial error. */
  readonly coverageError: number;
  /**
   * 1.96 standard errors by the spread between unseen markets: orders of one market share its economy, and miss together. Null for
   * fewer than two markets.
   */
  readonly coverageErrorOfMarkets: number | null;
  /** Share of unseen orders whose outcome lies in the conformal set of its level. */
  readonly setCoverage: number;
  readonly setLevel: number;
  readonly setCoverageError: number;
  readonly meanFillRatio: { readonly served: number; readonly true: number };
  readonly orders: { readonly train: number; readonly test: number; readonly staged: number };
}

interface KnownOrder extends DecidedOrder {
  readonly truth: OrderTruth;
}

const KINDS = new Set(['order', 'order_fill', 'order_end', 'settlement', 'macro_point']);
const DAY_MS = 86_400_000;
const INTERVAL_LEVEL = 0.95;
const MODEL_SEED = 7;

/** The hours of the simulated market, which are China's. */
function simulatedHours(): MarketHours {
  return marketHours(createTradingClock({ calendar: chineseCalendar('bank') }));
}

export function measureSuccess(plan: SuccessPlan): { readonly figures: SuccessFigures; readonly model: SuccessModel } {
  const hours = simulatedHours();
  const market = (seed: number): KnownOrder[] => resolvedOrders(seed, plan, hours);
  const train = Array.from({ length: plan.trainSeeds }, (_, at) => market(plan.firstTrainSeed + at)).flat();
  const markets = Array.from({ length: plan.testSeeds }, (_, at) => market(plan.firstTestSeed + at));
  const unseen = markets.flatMap((orders, at) => orders.map((order) => ({ ...order, market: at })));
  // Staged by fraud, or refused by the market's rules: their end is settled, and nobody who knows only the order can tell.
  const test = unseen.filter(({ truth }) => truth.success > 0 && truth.success < 1);
  const model = fitSuccess(train, hours, { seed: MODEL_SEED });
  const scorer = openSuccess(model);
  const scores = test.map(({ side, columns }) => scorer.score(side, columns));
  const any = test.map(({ outcome }) => (outcome.fillRatio > 0 ? 1 : 0));
  const full = test.map(({ outcome }) => (outcome.fillRatio === 1 ? 1 : 0));
  const share = (holds: (order: KnownOrder, at: number) => boolean): number => test.filter(holds).length / test.length;
  const covered = test.map(({ truth, market }, at) => {
    const { low = 1, high = 0 } = scores[at]?.any ?? {};
    return { market, isCovered: low <= truth.success && truth.success <= high };
  });
  const errorAt = (level: number): number => 1.96 * Math.sqrt((level * (1 - level)) / test.length);
  const figures: SuccessFigures = {
    logLossRatio:
      lossOf(
        scores.map((score) => score.any.probability),
        any,
      ) /
      lossOf(
        test.map(({ truth }) => truth.success),
        any,
      ),
    fullLogLossRatio:
      lossOf(
        scores.map((score) => score.full.probability),
        full,
      ) /
      lossOf(
        test.map(({ truth }) => truth.full),
        full,
      ),
    coverage: share((_, at) => covered[at]?.isCovered ?? false),
    coverageError: errorAt(INTERVAL_LEVEL),
    coverageErrorOfMarkets: errorOfMarkets(covered),
    setCoverage: share((_, at) => scores[at]?.outcomes[any[at] === 1 ? 'positive' : 'negative'] ?? false),
    setLevel: SET_LEVEL,
    setCoverageError: errorAt(SET_LEVEL),
    meanFillRatio: {
      served: scores.reduce((sum, { fillRatio }) => sum + fillRatio, 0) / test.length,
      true: test.reduce((sum, { outcome }) => sum + outcome.fillRatio, 0) / test.length,
    },
    orders: { train: train.length, test: test.length, staged: unseen.length - test.length },
  };
  return { figures, model };
}

function errorOfMarkets(orders: readonly { readonly market: number; readonly isCovered: boolean }[]): number | null {
  const shares = [...new Set(orders.map(({ market }) => market))].map((one) => {
    const own = orders.filter(({ market }) => market === one);
    return own.filter(({ isCovered }) => isCovered).length / own.length;
  });
  if (shares.length < 2) return null;
  const mean = shares.reduce((sum, one) => sum + one, 0) / shares.length;
  const variance = shares.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (shares.length - 1);
  return 1.96 * Math.sqrt(variance / shares.length);
}

function lossOf(probabilities: readonly number[], labels: readonly number[]): number {
  return logLoss(tallyScores(probabilities, labels));
}

function resolvedOrders(seed: number, { days, users }: SuccessPlan, hours: MarketHours): KnownOrder[] {
  const simulation = createSimulation({ seed, days, users });
  if (simulation.kind === 'refused') throw new Error(`the simulator refuses its settings: ${simulation.reason}`);
  const { events, acts } = accepted(simulation.batches);
  const truth = simulation.truth();
  return decidedOrders(events, hours, truth.startAt + days * DAY_MS, acts).flatMap((order) => {
    const known = truth.orders[order.orderId];
    return known?.resolved && order.resolved ? [{ ...order, truth: known }] : [];
  });
}

interface PostedBatch {
  readonly batch: {
    /** A server's names nobody. */
    readonly context: object;
    readonly events: readonly object[];
  };
}

type PostedEvent = DeskEvent & VelocityEvent;

/** What a collector would have let in: each event once, those of pages with the user of their batch. */
function accepted(posted: Iterable<PostedBatch>): { readonly events: DeskEvent[]; readonly acts: ActLog } {
  const seen = new Set<string>();
  const events: DeskEvent[] = [];
  const acts = createActLogWriter();
  for (const { batch } of posted) {
    const { userId, queueId = '' }: { readonly userId?: string; readonly queueId?: string } = batch.context;
    for (const event of batch.events as readonly PostedEvent[]) {
      if (seen.has(event.eventId)) continue;
      seen.add(event.eventId);
      if (KINDS.has(event.type)) events.push({ ...batch.context, ...event });
      if (userId)
        acts.add({ ...event, userId, queueId, occurredAtMs: event.occurredAt, receivedAtMs: event.occurredAt });
    }
  }
  return { events, acts: acts.finish(Number.NEGATIVE_INFINITY) };
}
