import { type Interval, wilsonInterval } from '../../stats/wilson-interval.js';
import type { Direction } from '../binning/training-set.js';
import { scalingOf, USUAL_SCALE } from '../scorecard/points-scale.js';
import { isInputError } from '../table/input-error.js';
import { activityReport } from './activity-report.js';
import { type CalibratedModel, fitCalibrated } from './calibrated-model.js';
import { CUSTOMER_COLUMNS } from './customer-columns.js';
import { evenBins } from './even-bins.js';
import type { DecidedOrder } from './order-history.js';

/** What a band of points has meant for orders that the card had not seen. */
export interface ScoreBand {
  /** `A` is the best. */
  readonly name: string;
  /** From so many points on; null for the lowest band, which has no end. */
  readonly fromPoints: number | null;
  readonly orders: number;
  /** Share of them that was filled at least in part, and where it lies at 95 %. */
  readonly success: number;
  readonly interval: Interval;
  readonly decision: BandDecision;
}

/**
 * `accept`: orders of such customers go through more often than those of all, by more than chance; `decline`: less often; `refer`:
 * neither can be said, somebody has to look.
 */
export type BandDecision = 'accept' | 'refer' | 'decline';

/** A printed card over what is known of a customer alone: whether the next order, whatever it is, will go through. */
export interface CustomerModel extends CalibratedModel {
  /** The best first. */
  readonly bands: readonly ScoreBand[];
}

export type CustomerFit =
  | { readonly kind: 'fitted'; readonly card: CustomerModel }
  /** A sentence: customers cannot be told apart by what is known of them. */
  | { readonly kind: 'refused'; readonly reason: string };

const TARGET = 'any_fill';
const BANDS = ['A', 'B', 'C', 'D', 'E'];
const FEWEST_ORDERS = 50;
/** A card on which a cancelled order brought points, or a filled one cost some, could not be shown to anybody. */
const DIRECTIONS: Readonly<Record<string, Direction>> = { own_success: 1, own_cancelled: -1, reputation: 1 };

/** @param orders - whose day is over, of both sides. */
export function fitCustomer(
  orders: readonly DecidedOrder[],
  { seed = 1, trainedAtMs }: { readonly seed?: number; readonly trainedAtMs?: number },
): CustomerFit {
  const rows = orders.map(({ columns, outcome }) => [
    ...CUSTOMER_COLUMNS.map((name) => columns[name]),
    outcome.fillRatio > 0 ? 1 : 0,
  ]);
  try {
    const { heldOutLogOdds, labels, ...card } = fitCalibrated(
      { names: [...CUSTOMER_COLUMNS, TARGET], rows },
      {
        kind: 'scorecard',
        target: TARGET,
        seed,
        monotone: directionsOf(orders),
        ...(trainedAtMs !== undefined && { trainedAtMs }),
      },
    );
    return { kind: 'fitted', card: { ...card, bands: bandsOf(heldOutLogOdds, labels) } };
  } catch (error) {
    if (isInputError(error)) return { kind: 'refused', reason: error.message };
    throw error;
  }
}

/** Of columns that tell customers apart; a column that never varies is none of the card's. */
function directionsOf(orders: readonly DecidedOrder[]): Record<string, Direction> {
  const wanted = { ...DIRECTIONS, ...(activityReport(orders).agrees && { trades_settled: 1 as const }) };
  const varies = (name: (typeof CUSTOMER_COLUMNS)[number]): boolean =>
    orders.some(({ columns }) => columns[name] !== null && columns[name] !== orders[0]?.columns[name]);
  const used = CUSTOMER_COLUMNS.filter((name) => Object.hasOwn(wanted, name) && varies(name));
  return Object.fromEntries(used.map((name) => [name, wanted[name as keyof typeof wanted] ?? 0]));
}

function bandsOf(heldOutLogOdds: Float64Array, labels: Uint8Array): readonly ScoreBand[] {
  const { factor, offset } = scalingOf(USUAL_SCALE);
  const rows = Array.from(heldOutLogOdds, (logOdds, row) => ({
    value: offset + factor * logOdds,
    hit: labels[row] === 1,
  }));
  const ofAll = rows.filter(({ hit }) => hit).length / rows.length;
  const rising = evenBins(rows, BANDS.length, FEWEST_ORDERS);
  return rising.toReversed().map(({ lowest, rows: count, hits }, at): ScoreBand => {
    const interval = wilsonInterval(hits, count) ?? { low: 0, high: 1 };
    return {
      name: BANDS[at] ?? '',
      fromPoints: at === rising.length - 1 ? null : lowest,
      orders: count,
      success: hits / count,
      interval,
      decision: interval.low > ofAll ? 'accept' : interval.high < ofAll ? 'decline' : 'refer',
    };
  });
}
