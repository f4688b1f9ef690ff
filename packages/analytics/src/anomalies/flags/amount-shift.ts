import { amountsFlag } from './amounts-flag.js';
import type { CandidateFlag } from './flag.js';
import { nameNumbers } from './number-rows.js';
import type { RiskEvent, RiskOrder } from './risk-event.js';

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
/** Customers of whom it is remembered that they have counted. */
const USERS_MOST = 100;

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
  /** Mean since then, as {@link ShiftedAmounts} has it. */
  mean: number;
  /** Each user counts once since then, or among a hundred: one who orders much is no shift. */
  users: Set<string>;
  isTold: boolean;
}

/** What customers order against what they ordered before. */
export interface ShiftedAmounts {
  /** Mean and mean square from it of ln amount against the customer's own orders before, running. */
  n: number;
  mean: number;
  variance: number;
  up: Shift;
  down: Shift;
}

export function newShiftedAmounts(): ShiftedAmounts {
  return { n: 0, mean: 0, variance: 0, up: newShift(), down: newShift() };
}

function newShift(): Shift {
  return { sum: 0, orders: 0, moved: 0, fromMs: -1, mean: 0, users: new Set(), isTold: false };
}

/**
 * Finds out soon when customers order more, or less, than they used to, by a CUSUM that needs some twenty orders. A customer's
 * first order is compared with nobody's: who comes new is no change.
 *
 * @param known - takes the order in.
 * @param numbers - rows, of which that of the event's user has {@link OWN_AMOUNTS} from `at` on; takes the order in.
 * @param sinceMs - of the first order that is known.
 * @see D. M. Hawkins, "Self-starting CUSUM charts for location and scale", The Statistician 1987.
 */
export function findShift(
  known: ShiftedAmounts,
  numbers: Float64Array,
  at: number,
  event: RiskEvent,
  order: RiskOrder,
  sinceMs: number,
): CandidateFlag | undefined {
  const own = at + OWN_AT[order.side];
  const lnAmount = Math.log(order.amount);
  const value = againstOwn(numbers, own, lnAmount);
  if (isCalm(known)) learnOwn(numbers, own, lnAmount);
  if (value === undefined) return undefined;
  let flag: CandidateFlag | undefined;
  if (known.n >= KNOWN_LEAST) {
    const sd = Math.sqrt(known.variance * (1 + 1 / known.n));
    const z = sd > 0 ? Math.max(-CLIP, Math.min(CLIP, (value - known.mean) / sd)) : 0;
    for (const [shift, step] of [
      [known.up, z - SLACK],
      [known.down, -z - SLACK],
    ] as const) {
      if (add(shift, step, event, value)) flag = flagOf(event, order, known, shift, sinceMs);
    }
  }
  if (isCalm(known)) learn(known, value);
  return flag;
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
function isCalm({ up, down }: ShiftedAmounts): boolean {
  return Math.max(up.sum, down.sum) < LIMIT / 2;
}

/** Whether the shift is to be told now: once, until it is over. */
function add(shift: Shift, step: number, { atMs, userId }: RiskEvent, value: number): boolean {
  if (shift.sum === 0) Object.assign(shift, { orders: 0, moved: 0, fromMs: atMs, mean: 0, users: new Set() });
  if (shift.users.has(userId)) return false;
  if (shift.users.size >= USERS_MOST) shift.users = new Set();
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

function learn(known: ShiftedAmounts, value: number): void {
  known.n = Math.min(SPAN, known.n + 1);
  const step = value - known.mean;
  known.mean += step / known.n;
  known.variance += (step * (value - known.mean) - known.variance) / known.n;
}

function flagOf(
  event: RiskEvent,
  { side, productId }: RiskOrder,
  { mean, variance, n }: ShiftedAmounts,
  shift: Shift,
  sinceMs: number,
): CandidateFlag {
  const sd = Math.sqrt(variance);
  const times = Math.exp(shift.mean - mean);
  return amountsFlag(event, {
    productId,
    fromMs: shift.fromMs,
    surprise: 2 * SLACK * shift.sum,
    evidence: {
      metric: `amount of an order to ${side} by what its customer had ordered before`,
      observed: Math.exp(shift.mean),
      expectedLow: Math.exp(mean - (2 * sd) / Math.sqrt(shift.orders)),
      expectedHigh: Math.exp(mean + (2 * sd) / Math.sqrt(shift.orders)),
      baselineSpanMs: Math.max(0, shift.fromMs - sinceMs),
      n: shift.orders,
    },
    text: `The last ${shift.orders} orders to ${side}, each of another customer, are typically ${times.toFixed(1)} times as large as what the same customers ordered before; ${n} orders before them were not.`,
  });
}
