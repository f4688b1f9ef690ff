import { logNormalTail } from '../../stats/index.js';
import { findShift, newShiftedAmounts, type ShiftedAmounts } from './amount-shift.js';
import { amountsFlag } from './amounts-flag.js';
import type { CandidateFlag } from './flag.js';
import type { RiskEvent, RiskOrder } from './risk-event.js';

/** Amounts that say what is usual, and those that are judged at a time. */
const REFERENCE = 300;
const BLOCK = 100;
const BINS = 5;
/** One calm block in a hundred thousand is further off. */
const SURPRISE_LEAST = Math.log(1e5);

/** Amounts of one side of the orders of one product: who sells is bound by what is held, who subscribes is not. */
export interface SideAmounts extends ShiftedAmounts {
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
    ...newShiftedAmounts(),
    reference: [],
    cuts: [],
    counts: newCounts(),
    users: new Set(),
    fromMs: -1,
    sinceMs: -1,
    isTold: false,
  };
}

/** @param plain - what an earlier version knew of both sides in one, it is learnt anew. */
export function reviveAmounts(plain: Amounts): Amounts {
  if (!plain.subscribe) return newAmounts();
  const withSet = <T extends { users: Set<string> }>(one: T): T => ({ ...one, users: new Set(one.users) });
  const revive = (side: SideAmounts) => ({ ...withSet(side), up: withSet(side.up), down: withSet(side.down) });
  return { subscribe: revive(plain.subscribe), sell: revive(plain.sell) };
}

/**
 * Finds products whose orders are no longer of the usual size: soon when customers order more, or less, than they used to; and
 * when amounts are otherwise distributed, by the population stability index of a hundred orders against three hundred.
 *
 * @param numbers - rows, of which that of the event's user has `OWN_AMOUNTS` from `at` on; takes the event in.
 * @param amounts - of the product of the event's order; takes it in.
 * @see B. Yurdakul, J. Naranjo, "Statistical properties of the population stability index", J. Risk Model Validation 2020: PSI is
 *   about (1/N + 1/M) chi-square of bins - 1 degrees.
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
  if (known.sinceMs < 0) known.sinceMs = atMs;
  const shift = findShift(known, numbers, at, event, order, known.sinceMs);
  if (known.users.has(userId)) return shift;
  if (known.users.size >= BLOCK) known.users = new Set();
  known.users.add(userId);
  return judgeBlock(known, event, order) ?? shift;
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
  return amountsFlag(event, {
    productId,
    fromMs: known.fromMs,
    surprise,
    evidence: {
      metric: 'PSI of the amounts of orders',
      observed: psi,
      expectedLow: 0,
      expectedHigh: 0.25,
      baselineSpanMs: Math.max(0, known.fromMs - known.sinceMs),
      n: BLOCK,
    },
    text: `The last ${BLOCK} orders of this product, each of another customer, are of other sizes than the first ${REFERENCE}.`,
  });
}
