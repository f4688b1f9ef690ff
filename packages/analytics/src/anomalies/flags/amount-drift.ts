import { logNormalTail } from '../../stats/index.js';
import { type CandidateFlag, makeFlag } from './flag.js';
import type { RiskEvent } from './risk-event.js';

const VERSION = 1;
const DAY_MS = 86_400_000;
/** Amounts that say what is usual, and those that are judged at a time. */
const REFERENCE = 300;
const BLOCK = 100;
const BINS = 5;
/** One calm block in a hundred thousand is further off. */
const SURPRISE_LEAST = Math.log(1e5);

/** Amounts of orders of one product. Plain data but for the set. */
export interface Amounts {
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

export function newAmounts(): Amounts {
  return { reference: [], cuts: [], counts: newCounts(), users: new Set(), fromMs: -1, sinceMs: -1, isTold: false };
}

/**
 * Finds products whose orders are no longer of the usual size: population stability index of a hundred orders against three hundred.
 *
 * @param known - of the product of the event's order; takes it in.
 * @see B. Yurdakul, J. Naranjo, "Statistical properties of the population stability index", J. Risk Model Validation 2020: PSI is
 *   about (1/N + 1/M) chi-square of bins - 1 degrees.
 */
export function findDrift(known: Amounts, event: RiskEvent): CandidateFlag | undefined {
  const { order, atMs, userId } = event;
  if (!order || !(order.amount > 0) || !Number.isFinite(order.amount)) return undefined;
  if (known.sinceMs < 0) known.sinceMs = atMs;
  if (known.users.has(userId)) return undefined;
  known.users.add(userId);
  if (known.cuts.length === 0) {
    known.reference.push(order.amount);
    if (known.users.size >= BLOCK) known.users = new Set();
    if (known.reference.length === REFERENCE) cut(known);
    return undefined;
  }
  if (known.users.size === 1) known.fromMs = atMs;
  const found = known.cuts.findIndex((end) => order.amount <= end);
  const bin = found < 0 ? BINS - 1 : found;
  known.counts[bin] = (known.counts[bin] ?? 0) + 1;
  if (known.users.size < BLOCK) return undefined;
  const psi = psiOf(known.counts);
  const surprise = surpriseOf(psi);
  const isNew = surprise >= SURPRISE_LEAST && !known.isTold;
  known.isTold = surprise >= SURPRISE_LEAST;
  const flag = isNew ? flagOf(event, order.productId, known, psi, surprise) : undefined;
  known.counts = newCounts();
  known.users = new Set();
  return flag;
}

function newCounts(): number[] {
  return Array.from({ length: BINS }, () => 0);
}

/** Bins of equal mass. */
function cut(known: Amounts): void {
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

function flagOf(event: RiskEvent, productId: string, known: Amounts, psi: number, surprise: number): CandidateFlag {
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
