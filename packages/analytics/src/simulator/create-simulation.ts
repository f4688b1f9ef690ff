import type { EpochMs } from '@tidemark/protocol';
import { createConditions } from './fraud/create-conditions.js';
import { planDecoys } from './fraud/decoys.js';
import { createManyConditions } from './fraud/many-conditions.js';
import { createOutages } from './fraud/outages.js';
import { createPageConditions } from './fraud/page-conditions.js';
import { planFraud } from './fraud/plan-fraud.js';
import { createLedgerKeeper } from './keep-ledger.js';
import { createExchange } from './market/exchange.js';
import { makeEconomy } from './market/loan-rate.js';
import { PRODUCTS } from './market/products.js';
import { createQuotes } from './market/quotes.js';
import { createOutbox } from './outbox.js';
import { type Customer, makeCustomer } from './people/customer.js';
import { walkSite } from './people/walk-site.js';
import { createRandom, type Random } from './random.js';
import { createSchedule } from './schedule.js';
import {
  createMarketClock,
  DAY_MS,
  DEFAULT_START_AT,
  HOUR_MS,
  MINUTE_MS,
  refuseSettings,
  type SettingsRefusal,
  type SimulationSettings,
} from './settings.js';
import type { Posted } from './simulated-batch.js';
import type { AnomalyTruth, SimulationTruth } from './truth.js';
import type { World } from './world.js';

/** A market that lives as it is read. */
export interface Simulation {
  readonly kind: 'simulation';
  /** What devices and the platform's server send, by the time at which they do; to be walked once. */
  readonly batches: Iterable<Posted>;
  /** What was true; whole when all batches were read. */
  truth(): SimulationTruth;
}

export type SimulationOutcome = Simulation | ({ readonly kind: 'refused' } & SettingsRefusal);

/** Time that sessions and orders of the last minutes are given to end in. */
const RUN_OUT_MS = 2 * HOUR_MS;
/** News is told within seconds; history in few requests. */
const NEWS_GATHER_MS = 2_000;
/** Time passes in steps of so much: between two, batches are handed out. */
const STEP_MS = 10 * 60_000;

/**
 * Makes up a market and the people in it. Settings say all: no clock, no chance but the seeded one, and so the same batches
 * each time, to the byte.
 */
export function createSimulation(settings: SimulationSettings): SimulationOutcome {
  const refusal = refuseSettings(settings);
  if (refusal) return { kind: 'refused', ...refusal };
  const {
    seed,
    days,
    users,
    startAt = DEFAULT_START_AT,
    historical = true,
    appId = 'demo',
    casesPerKind,
    breaks = 'parts',
    decoys = 0,
  } = settings;
  const endAt = startAt + days * DAY_MS;
  const clock = createMarketClock();
  const ledger = createLedgerKeeper({
    dayOf: (at) => clock.localTime(at)?.day ?? '',
    tradeDayOf(at) {
      const day = clock.tradeDay(at);
      return day.kind === 'day' ? day.day : '';
    },
  });
  const schedule = createSchedule();
  const outbox = createOutbox(
    createRandom(seed, 'outbox'),
    appId,
    historical ? 10 * MINUTE_MS : NEWS_GATHER_MS,
    ledger,
  );
  const economy = makeEconomy(createRandom(seed, 'economy'), startAt, endAt);
  const quotes = createQuotes(createRandom(seed, 'quotes'), economy, startAt);
  const exchange = createExchange({
    random: createRandom(seed, 'exchange'),
    clock,
    schedule,
    economy,
    quotes,
    ledger,
    report: (event) => outbox.report(event, event.occurredAt),
  });
  const birth = createRandom(seed, 'customers');
  const customers = Array.from({ length: users }, (_, i) => makeCustomer(i + 1, startAt, birth));
  const anomalies: AnomalyTruth[] = [];
  const midnights = midnightsOf(startAt, endAt);
  let userCount = users;
  let orderCount = 0;
  const conditions = makeConditions[breaks](casesPerKind)(createRandom(seed, 'conditions'), startAt, endAt, (anomaly) =>
    anomalies.push(anomaly),
  );
  const world: World = {
    random: createRandom(seed, 'people'),
    handRandom: createRandom(seed, 'hands'),
    appId,
    historical,
    startAt,
    endAt,
    clock,
    schedule,
    quotes,
    exchange,
    conditions,
    customers,
    send(batch, at) {
      const arrivesAt = conditions.arrivesAt(at);
      outbox.send({ ...batch, sentAt: batch.sentAt + arrivesAt - at }, arrivesAt);
    },
    sendCopy: outbox.sendCopy,
    workingMidnights: midnights.filter(
      (midnight) => midnight >= startAt && midnight + DAY_MS <= endAt && worksOn(midnight),
    ),
    newUserId: () => `u-${String(++userCount).padStart(6, '0')}`,
    newOrderId: () => `o-${String(++orderCount).padStart(7, '0')}`,
    label: (anomaly) => anomalies.push(anomaly),
  };
  function worksOn(midnight: EpochMs): boolean {
    const day = clock.tradeDay(midnight);
    return day.kind === 'day' && day.day === clock.localTime(midnight)?.day;
  }
  function midnightsOf(from: EpochMs, to: EpochMs): EpochMs[] {
    const first = from - (clock.localTime(from)?.msOfDay ?? 0);
    return Array.from({ length: Math.ceil((to - first) / DAY_MS) }, (_, i) => first + i * DAY_MS);
  }

  endowCustomers(world, birth);
  for (const point of economy.points)
    schedule.at(Math.max(startAt, point.occurredAt), () => outbox.report(point, Math.max(startAt, point.occurredAt)));
  for (const midnight of midnights) {
    exchange.beginDay(midnight);
    schedule.at(Math.max(startAt, midnight), () => planVisits(world, midnight, worksOn(midnight)));
  }
  planFraud(world, createRandom(seed, 'fraud'), casesPerKind);
  planDecoys(world, createRandom(seed, 'decoys'), decoys);

  return {
    kind: 'simulation',
    batches: liveThrough(),
    truth: () => ({
      seed,
      days,
      users,
      startAt,
      orders: exchange.truths(endAt),
      anomalies: anomalies.toSorted((a, b) => a.from - b.from),
      ledger: ledger.ledger(),
    }),
  };

  function* liveThrough(): Generator<Posted> {
    for (let at = startAt; at < endAt + RUN_OUT_MS; at += STEP_MS) {
      schedule.runUntil(at + STEP_MS);
      // What a session that began meanwhile sends later waits; what it sent already is in order.
      yield* outbox.takeUntil(at + STEP_MS);
    }
    yield* outbox.takeUntil(Number.POSITIVE_INFINITY);
  }
}

const makeConditions = {
  parts: (cases: number | undefined) => (cases === undefined ? createConditions : createManyConditions(cases)),
  pages: () => createPageConditions,
  outages: () => createOutages,
} as const;

/** Some hold something from the week before: there is something to sell from the first day on. */
function endowCustomers({ customers, exchange, startAt }: World, random: Random): void {
  for (const { userId, typicalAmount } of customers) {
    for (const { productId, popularity } of PRODUCTS) {
      if (random.chance(0.06 * popularity))
        exchange.endow(userId, productId, 10 * Math.ceil(typicalAmount / 10), startAt - 7 * DAY_MS);
    }
  }
}

/** Draws who comes when on a day, by their habits. */
function planVisits(world: World, midnight: EpochMs, isWorkingDay: boolean): void {
  const { random, customers, schedule, startAt, endAt } = world;
  for (const customer of customers) {
    const visits = random.poisson(customer.sessionsPerDay * (isWorkingDay ? 1 : customer.weekendFactor));
    for (let i = 0; i < visits; i++) {
      const at = midnight + Math.floor(hourOf(random, customer) * HOUR_MS);
      if (at >= startAt && at < endAt) schedule.at(at, () => visit(world, customer, at));
    }
  }
}

/** While the native app is silent, those who would come to it do not. */
function visit(world: World, customer: Customer, at: EpochMs): void {
  const { random, conditions } = world;
  if (!conditions.isSilent('native', at)) walkSite(world, customer, at);
  else if (!random.chance(customer.nativeRatio)) walkSite(world, customer, at, undefined, 'h5');
}

/** Most visits at the habitual hour, some in the evening, few at any time. */
function hourOf(random: Random, { peakHour, hourSpread }: Customer): number {
  const kind = random.next();
  if (kind < 0.06) return random.between(0, 24);
  const hour = kind < 0.75 ? random.normal(peakHour, hourSpread) : random.normal(20.5, 1.2);
  return ((hour % 24) + 24) % 24;
}
