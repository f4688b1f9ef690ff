import { logNormalTail } from '../../stats/index.js';
import { type CandidateFlag, makeFlag } from './flag.js';
import { nameNumbers } from './number-rows.js';
import type { RiskEvent, RiskOrder } from './risk-event.js';

const VERSION = 2;
const DAY_MS = 86_400_000;
/** Amounts that say what is usual, and those that are judged at a time. */
const REFERENCE = 300;
const BLOCK = 100;
const BINS = 5;
/** One calm block in a hundred thousand is further off. */
const SURPRISE_LEAST = Math.log(1e5);
/** Amounts before it is said that they have shifted, and how many are remembered. */
const KNOWN_LEAST = 60;
const SPAN = 2_000;
/** A single order counts as three standard deviations at most: it is many that are looked for. */
const CLIP = 3;
/** Half the smallest shift that matters, in standard deviations. */
const SLACK = 0.5;
/** Once in 140,000 calm orders: exp(2 slack (limit + 1.17)) / (2 slack^2), D. Siegmund, Sequential Analysis, 1985. */
const LIMIT = 10;
/** Customers whose orders make a change of the market: fewer are a group, which other detectors have their eye on. */
const MOVED_LEAST = 15;

/** What one user's orders are like, as part of its row: of each side how many, and the mean of ln amount. */
export const OWN_AMOUNTS = nameNumbers({ subscribed: 0, subscribedMean: 0, sold: 0, soldMean: 0 });
const OWN_AT: Readonly<Record<RiskOrder['side'], number>> = { subscribe: 0, sell: 2 };
/** Own orders remembered: people change. */
const OWN_SPAN = 20;

/** How far amounts have shifted to one side. Plain data but for the set. */
export interface Shift {
  sum: number;
  /** Since the sum last was 0. */
  orders: number;
  /** Those of them that speak for it. */
  moved: number;
  fromMs: number;
  /** Mean since then, as {@link SideAmounts} has it. */
  mean: number;
  /** Each user counts once since then, or among a hundred: one who orders much is no shift. */
  users: Set<string>;
  isTold: boolean;
}

/** Amounts of one side of the orders of one product: who sells is bound by what is held, who subscribes is not. */
export interface SideAmounts {
  /** Mean and mean square from it of ln amount against the customer's own orders before, running. */
  n: number;
  mean: number;
  variance: number;
  up: Shift;
  down: Shift;
  reference: number[];
  /** Upper ends of all bins but the last, once the reference is whole. */
  cuts: number[];
  counts: number[];
  /** Each user counts once a block: one who orders much is no drift. */
  users: Set<string>;
  fromMs: number;
  sinceMs: number;
  isTold: boolean;
}

/** Of one product. Plain data but for the sets. */
export type Amounts = Record<RiskOrder['side'], SideAmounts>;

export function newAmounts(): Amounts {
  return { subscribe: newSideAmounts(), sell: newSideAmounts() };
}

function newSideAmounts(): SideAmounts {
  return {
    n: 0,
    mean: 0,
    variance: 0,
    up: newShift(),
    down: newShift(),
    reference: [],
    cuts: [],
    counts: newCounts(),
    users: new Set(),
    fromMs: -1,
    sinceMs: -1,
    isTold: false,
  };
}

function newShift(): Shift {
  return { sum: 0, orders: 0, moved: 0, fromMs: -1, mean: 0, users: new Set(), isTold: false };
}

/** @param plain - what an earlier version knew of both sides in one, it is learnt anew. */
export function reviveAmounts(plain: Amounts): Amounts {
  if (!plain.subscribe) return newAmounts();
  const withSet = <T extends { users: Set<string> }>(one: T): T => ({ ...one, users: new Set(one.users) });
  const revive = (side: SideAmounts) => ({ ...withSet(side), up: withSet(side.up), down: withSet(side.down) });
  return { subscribe: revive(plain.subscribe), sell: revive(plain.sell) };
}

/**
 * Finds products whose orders are no longer of the usual size: soon when customers order more, or less, than they used to, by a
 * CUSUM that needs some twenty orders; and when amounts are otherwise distributed, by the population stability index of a
 * hundred orders against three hundred. A customer's first order is compared with nobody's: who comes new is no change.
 *
 * @param numbers - rows, of which that of the event's user has {@link OWN_AMOUNTS} from `at` on; takes the event in.
 * @param amounts - of the product of the event's order; takes it in.
 * @see D. M. Hawkins, "Self-starting CUSUM charts for location and scale", The Statistician 1987; B. Yurdakul, J. Naranjo,
 *   "Statistical properties of the population stability index", J. Risk Model Validation 2020: PSI is about (1/N + 1/M)
 *   chi-square of bins - 1 degrees.
 */
export function findDrift(
  amounts: Amounts,
  numbers: Float64Array,
  at: number,
  event: RiskEvent,
): CandidateFlag | undefined {
  const { order, atMs, userId } = event;
  if (!order || !(order.amount > 0) || !Number.isFinite(order.amount)) return undefined;
  const known = amounts[order.side];
  const own = at + OWN_AT[order.side];
  const lnAmount = Math.log(order.amount);
  const value = againstOwn(numbers, own, lnAmount);
  if (isCalm(known)) learnOwn(numbers, own, lnAmount);
  if (known.sinceMs < 0) known.sinceMs = atMs;
  const shift = value === undefined ? undefined : findShift(known, event, order, value);
  if (known.users.has(userId)) return shift;
  if (known.users.size >= BLOCK) known.users = new Set();
  known.users.add(userId);
  return judgeBlock(known, event, order) ?? shift;
}

/** How far ln amount is from the mean of the user's own before, in units of one order's spread. */
function againstOwn(numbers: Float64Array, at: number, lnAmount: number): number | undefined {
  const n = numbers[at] ?? 0;
  return n === 0 ? undefined : (lnAmount - (numbers[at + 1] ?? 0)) / Math.sqrt(1 + 1 / n);
}

function learnOwn(numbers: Float64Array, at: number, lnAmount: number): void {
  const n = Math.min(OWN_SPAN, (numbers[at] ?? 0) + 1);
  const mean = numbers[at + 1] ?? 0;
  numbers[at] = n;
  numbers[at + 1] = mean + (lnAmount - mean) / n;
}

/** What may be a shift is not learnt: it would become the usual before it is told. */
function isCalm({ up, down }: SideAmounts): boolean {
  return Math.max(up.sum, down.sum) < LIMIT / 2;
}

function findShift(
  known: SideAmounts,
  event: RiskEvent,
  { side, productId }: RiskOrder,
  value: number,
): CandidateFlag | undefined {
  let flag: CandidateFlag | undefined;
  if (known.n >= KNOWN_LEAST) {
    const sd = Math.sqrt(known.variance * (1 + 1 / known.n));
    const z = sd > 0 ? Math.max(-CLIP, Math.min(CLIP, (value - known.mean) / sd)) : 0;
    for (const [shift, step] of [
      [known.up, z - SLACK],
      [known.down, -z - SLACK],
    ] as const) {
      if (add(shift, step, event, value)) flag = shiftFlagOf(event, productId, side, known, shift);
    }
  }
  if (isCalm(known)) learn(known, value);
  return flag;
}

/** Whether the shift is to be told now: once, until it is over. */
function add(shift: Shift, step: number, { atMs, userId }: RiskEvent, value: number): boolean {
  if (shift.sum === 0) Object.assign(shift, { orders: 0, moved: 0, fromMs: atMs, mean: 0, users: new Set() });
  if (shift.users.has(userId)) return false;
  if (shift.users.size >= BLOCK) shift.users = new Set();
  shift.users.add(userId);
  shift.orders++;
  if (step > 0) shift.moved++;
  shift.mean += (value - shift.mean) / shift.orders;
  // What has gone on for long ends no later than what has not: after some ten orders that are as they used to be.
  shift.sum = Math.max(0, Math.min(LIMIT, shift.sum + step));
  if (shift.isTold && shift.sum < LIMIT / 2) shift.sum = 0;
  if (shift.sum === 0) shift.isTold = false;
  if (shift.isTold || shift.sum < LIMIT || shift.moved < MOVED_LEAST) return false;
  shift.isTold = true;
  return true;
}

function learn(known: SideAmounts, value: number): void {
  known.n = Math.min(SPAN, known.n + 1);
  const step = value - known.mean;
  known.mean += step / known.n;
  known.variance += (step * (value - known.mean) - known.variance) / known.n;
}

function shiftFlagOf(
  event: RiskEvent,
  productId: string,
  side: RiskOrder['side'],
  { mean, variance, n, sinceMs }: SideAmounts,
  shift: Shift,
): CandidateFlag {
  const sd = Math.sqrt(variance);
  const times = Math.exp(shift.mean - mean);
  return makeFlag(
    {
      kind: 'drift',
      entityKind: 'product',
      entityId: productId,
      firstMs: Math.min(shift.fromMs, event.atMs),
      lastMs: event.atMs,
      windowMs: DAY_MS,
      surprise: 2 * SLACK * shift.sum,
      evidence: [
        {
          metric: `amount of an order to ${side} by what its customer had ordered before`,
          observed: Math.exp(shift.mean),
          expectedLow: Math.exp(mean - (2 * sd) / Math.sqrt(shift.orders)),
          expectedHigh: Math.exp(mean + (2 * sd) / Math.sqrt(shift.orders)),
          baselineSpanMs: Math.max(0, shift.fromMs - sinceMs),
          n: shift.orders,
        },
      ],
      reasons: [
        {
          code: 'amounts_drift',
          text: `The last ${shift.orders} orders to ${side}, each of another customer, are typically ${times.toFixed(1)} times as large as what the same customers ordered before; ${n} orders before them were not.`,
        },
      ],
    },
    VERSION,
  );
}

function judgeBlock(known: SideAmounts, event: RiskEvent, { productId, amount }: RiskOrder): CandidateFlag | undefined {
  if (known.cuts.length === 0) {
    known.reference.push(amount);
    if (known.reference.length === REFERENCE) cut(known);
    return undefined;
  }
  if (known.users.size === 1) known.fromMs = event.atMs;
  const found = known.cuts.findIndex((end) => amount <= end);
  const bin = found < 0 ? BINS - 1 : found;
  known.counts[bin] = (known.counts[bin] ?? 0) + 1;
  if (known.users.size < BLOCK) return undefined;
  const psi = psiOf(known.counts);
  const surprise = surpriseOf(psi);
  const isNew = surprise >= SURPRISE_LEAST && !known.isTold && !known.up.isTold && !known.down.isTold;
  known.isTold = surprise >= SURPRISE_LEAST;
  const flag = isNew ? flagOf(event, productId, known, psi, surprise) : undefined;
  known.counts = newCounts();
  return flag;
}

function newCounts(): number[] {
  return Array.from({ length: BINS }, () => 0);
}

/** Bins of equal mass. */
function cut(known: SideAmounts): void {
  const sorted = known.reference.toSorted((a, b) => a - b);
  known.cuts = Array.from({ length: BINS - 1 }, (_, i) => sorted[Math.floor(((i + 1) * REFERENCE) / BINS)] ?? 0);
  known.reference = [];
  known.users = new Set();
}

/** Half an order is added to each bin, so that an empty one has a logarithm. */
function psiOf(counts: readonly number[]): number {
  const total = BLOCK + BINS / 2;
  return counts.reduce((sum, count) => {
    const share = (count + 0.5) / total;
    return sum + (share - 1 / BINS) * Math.log(share * BINS);
  }, 0);
}

/** Wilson and Hilferty's cube root makes a chi-square normal. */
function surpriseOf(psi: number): number {
  const degrees = BINS - 1;
  const chiSquare = psi / (1 / REFERENCE + 1 / BLOCK);
  const v = 2 / (9 * degrees);
  return -logNormalTail((Math.cbrt(chiSquare / degrees) - (1 - v)) / Math.sqrt(v));
}

function flagOf(event: RiskEvent, productId: string, known: SideAmounts, psi: number, surprise: number): CandidateFlag {
  return makeFlag(
    {
      kind: 'drift',
      entityKind: 'product',
      entityId: productId,
      firstMs: Math.min(known.fromMs, event.atMs),
      lastMs: event.atMs,
      windowMs: DAY_MS,
      surprise,
      evidence: [
        {
          metric: 'PSI of the amounts of orders',
          observed: psi,
          expectedLow: 0,
          expectedHigh: 0.25,
          baselineSpanMs: Math.max(0, known.fromMs - known.sinceMs),
          n: BLOCK,
        },
      ],
      reasons: [
        {
          code: 'amounts_drift',
          text: `The last ${BLOCK} orders of this product, each of another customer, are of other sizes than the first ${REFERENCE}.`,
        },
      ],
    },
    VERSION,
  );
}
