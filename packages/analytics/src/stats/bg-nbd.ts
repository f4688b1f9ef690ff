import { hypergeometric2F1 } from './hypergeometric.js';
import { logBeta, logGamma } from './log-gamma.js';
import { minimise } from './minimise.js';
import { absent, type Measure, measure, measured, type Outcome } from './outcome.js';

/*
 * How often customers come back. While alive a customer buys by a Poisson law; after each purchase he may be gone for good.
 * Rates vary between customers by a gamma law (r, alpha), the chance to be gone by a beta law (a, b).
 *
 * P. Fader, B. Hardie, K. L. Lee, "Counting Your Customers the Easy Way: An Alternative to the Pareto/NBD Model", Marketing
 * Science 24, 2005.
 */

/** What is known of a customer; times in one unit, from the first purchase on. */
export interface PurchaseHistory {
  /** Purchases after the first: x, a whole number >= 0. */
  readonly repeats: number;
  /** From the first purchase to the last: t_x; 0 without repeats. */
  readonly lastAt: number;
  /** From the first purchase to now: T >= t_x. */
  readonly observed: number;
}

/** Customers who look the same, counted. */
export interface CountedHistory extends PurchaseHistory {
  readonly customers: number;
}

export interface BgNbdModel {
  readonly r: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
}

export interface FittedBgNbd extends BgNbdModel {
  readonly logLikelihood: number;
}

/** Repeats of one customer that can be reckoned with; a purchase a day for 270 years. */
const REPEATS_MAX = 100_000;
/** Parameters outside e^-12..e^12 mean that the data does not fix them. */
const LOG_BOUND = 12;
const FEWEST_CUSTOMERS = 10;

function faultOf({ repeats, lastAt, observed }: PurchaseHistory): ReturnType<typeof absent> | undefined {
  if (![repeats, lastAt, observed].every(Number.isFinite)) return absent('not_finite');
  if (repeats < 0 || lastAt < 0 || observed < 0) return absent('negative');
  if (lastAt > observed || (repeats === 0 && lastAt > 0)) return absent('out_of_order');
  return repeats > REPEATS_MAX || !Number.isInteger(repeats) ? absent('shape_mismatch') : undefined;
}

/**
 * Log-likelihood of one customer, equation 6 of the source in the numerically stable form of its authors.
 *
 * @returns -Infinity where the model cannot be.
 */
export function bgNbdLogLikelihood({ r, alpha, a, b }: BgNbdModel, history: PurchaseHistory): number {
  const { repeats: x, lastAt, observed } = history;
  const common = logGamma(r + x) - logGamma(r) + r * Math.log(alpha) + logBeta(a, b + x) - logBeta(a, b);
  const stillThere = -(r + x) * Math.log(alpha + observed);
  if (x === 0) return common + stillThere;
  const gone = Math.log(a / (b + x - 1)) - (r + x) * Math.log(alpha + lastAt);
  const larger = Math.max(stillThere, gone);
  return common + larger + Math.log(Math.exp(stillThere - larger) + Math.exp(gone - larger));
}

/**
 * Maximum-likelihood fit.
 *
 * @param histories - customers, in any order and counted together or not: the same ones give the same fit to the last digit.
 * @returns `no_population` below ten customers or without any repeat; `not_converged` when the data does not fix the
 *   parameters; the typed reason of a bad history.
 */
export function fitBgNbd(histories: readonly CountedHistory[]): Outcome<FittedBgNbd> {
  let [customers, repeats] = [0, 0];
  for (const history of histories) {
    const fault = faultOf(history);
    if (fault) return fault;
    if (!(history.customers > 0)) return absent('negative');
    customers += history.customers;
    repeats += history.repeats;
  }
  if (customers < FEWEST_CUSTOMERS || repeats === 0) return absent('no_population');
  const longest = histories.reduce((most, { observed }) => Math.max(most, observed), 0);
  if (longest === 0) return absent('no_population');
  // In units of the longest history the parameters are near one, whatever the unit was.
  const ordered = countAlike(histories);
  const scaled = ordered.map((one) => ({
    ...one,
    lastAt: one.lastAt / longest,
    observed: one.observed / longest,
  }));
  const { at, value, converged } = minimise(
    (logs) =>
      logs.some((log) => Math.abs(log) > LOG_BOUND)
        ? Number.POSITIVE_INFINITY
        : -totalOf(modelOf(logs), scaled) / customers,
    [0, -1, 0, 0],
    { tolerance: 1e-12 },
  );
  if (!converged || !Number.isFinite(value) || at.some((log) => Math.abs(log) > LOG_BOUND - 1))
    return absent('not_converged');
  const model = modelOf(at);
  const unscaled = { ...model, alpha: model.alpha * longest };
  return measured({ ...unscaled, logLikelihood: totalOf(unscaled, ordered) });
}

/** Sums of floats depend on their order, so that there has to be one. */
function countAlike(histories: readonly CountedHistory[]): readonly CountedHistory[] {
  const counted = new Map<string, CountedHistory>();
  for (const one of histories) {
    const key = `${one.repeats} ${one.lastAt} ${one.observed}`;
    counted.set(key, { ...one, customers: one.customers + (counted.get(key)?.customers ?? 0) });
  }
  return [...counted.values()].sort((a, b) => a.repeats - b.repeats || a.lastAt - b.lastAt || a.observed - b.observed);
}

function modelOf(logs: readonly number[]): BgNbdModel {
  const [r = 1, alpha = 1, a = 1, b = 1] = logs.map(Math.exp);
  return { r, alpha, a, b };
}

/** What depends on the number of repeats alone is reckoned once for each number: there are few, and it is most of the work. */
function totalOf(model: BgNbdModel, histories: readonly CountedHistory[]): number {
  const { r, alpha, a, b } = model;
  const byRepeats = new Map<number, number>();
  const fixed = -logGamma(r) + r * Math.log(alpha) - logBeta(a, b);
  let total = 0;
  for (const { repeats: x, lastAt, observed, customers } of histories) {
    let common = byRepeats.get(x);
    if (common === undefined) {
      common = fixed + logGamma(r + x) + logBeta(a, b + x);
      byRepeats.set(x, common);
    }
    let own = -(r + x) * Math.log(alpha + observed);
    if (x > 0) {
      const ratio = (a / (b + x - 1)) * ((alpha + observed) / (alpha + lastAt)) ** (r + x);
      own = Number.isFinite(ratio)
        ? own + Math.log1p(ratio)
        : Math.log(a / (b + x - 1)) - (r + x) * Math.log(alpha + lastAt);
    }
    total += customers * (common + own);
  }
  return total;
}

/**
 * Probability that the customer will ever buy again.
 *
 * @returns 0..1; 1 without repeats, because nobody leaves before the first return under this model.
 * @see P. Fader, B. Hardie, "Computing P(alive) using the BG/NBD model", 2008.
 */
export function aliveProbability({ r, alpha, a, b }: BgNbdModel, history: PurchaseHistory): Measure {
  const fault = faultOf(history);
  if (fault) return fault;
  const { repeats: x, lastAt, observed } = history;
  if (x === 0) return measure(1);
  const logOdds = Math.log(a / (b + x - 1)) + (r + x) * Math.log((alpha + observed) / (alpha + lastAt));
  return measure(1 / (1 + Math.exp(logOdds)));
}

/**
 * Expected purchases of a customer in the next `ahead`, equation 10 of the source.
 *
 * @param ahead - in the unit of the history, >= 0.
 * @returns `not_converged` for a fitted `a` of exactly 1, where the formula has no value.
 */
export function expectedPurchases(model: BgNbdModel, history: PurchaseHistory, ahead: number): Measure {
  const alive = aliveProbability(model, history);
  if (alive.kind === 'absent') return alive;
  if (!(ahead >= 0)) return absent(Number.isNaN(ahead) ? 'not_finite' : 'negative');
  const { r, alpha, a, b } = model;
  const { repeats: x, observed } = history;
  if (a === 1) return absent('not_converged');
  const reach = alpha + observed;
  const series = hypergeometric2F1(r + x, b + x, a + b + x - 1, ahead / (reach + ahead));
  if (series.kind === 'absent') return series;
  const fading = (reach / (reach + ahead)) ** (r + x) * series.value;
  return measure(Math.max(0, ((a + b + x - 1) / (a - 1)) * (1 - fading) * alive.value));
}
