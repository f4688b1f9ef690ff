import type { EpochMs, OrderEnd, OrderPhase, OrderSide } from '@tidemark/protocol';
import { fromUnits, toUnits } from './exact-units.js';
import type { OrderEvent } from './order-event.js';
import type { OrderState } from './order-state.js';

/** What does not fit together in an order's events. The figures stand all the same. */
export type OrderProblem =
  | 'currency_mismatch'
  | 'product_mismatch'
  | 'side_mismatch'
  /** More was matched than asked for. */
  | 'overfilled'
  | 'fill_after_end'
  /** Ended in two ways, or filled whole and ended. */
  | 'conflicting_ends'
  | 'settled_more_than_filled'
  /** The sender's books say that more was matched than came as fills. */
  | 'fills_missing'
  | 'event_id_reused';

/** An order as its events together tell it. Times are epoch milliseconds, absent for what did not happen or is not known. */
export interface OrderDescription {
  readonly orderId: string;
  readonly productId: string | undefined;
  readonly userId: string | undefined;
  readonly side: OrderSide | undefined;
  readonly currency: string | undefined;
  readonly phase: OrderPhase | 'rejected' | 'unknown';
  /** Who says so: what a page believes holds until a server speaks. */
  readonly decidedBy: 'server' | 'page' | 'nobody';
  readonly intentAt: EpochMs | undefined;
  readonly placedAt: EpochMs | undefined;
  readonly firstFillAt: EpochMs | undefined;
  /** When the last share was matched, of an order that is filled whole. */
  readonly filledAt: EpochMs | undefined;
  /** When it was filled whole, or ended otherwise. */
  readonly endedAt: EpochMs | undefined;
  /** Asked for, and at which limit. */
  readonly shares: number | undefined;
  readonly price: number | undefined;
  readonly filledShares: number;
  /** Matched of asked for, 0..1. */
  readonly fillRatio: number | undefined;
  /** Mean price of the matched shares. */
  readonly averagePrice: number | undefined;
  readonly settledShares: number;
  readonly settledAmount: number;
  readonly problems: readonly OrderProblem[];
}

/** From the wish to the end: the later one holds. */
const PHASES_IN_ORDER = [
  'intent',
  'placed',
  'partially_filled',
  'filled',
  'cancelled',
  'expired',
] as const satisfies readonly OrderPhase[];

/** What follows from an order's events, whatever of them has come so far. */
export function describeOrder(state: OrderState): OrderDescription {
  const { page, fills, ends, settlements } = state;
  const all: readonly OrderEvent[] = [...fills, ...ends, ...settlements, ...page];
  const terms = page.find(({ phase }) => phase !== 'intent') ?? page[0];
  const filledUnits = fills.reduce((sum, { shares }) => sum + toUnits(shares), 0);
  const leftUnits = [...fills, ...ends].reduce(
    (least, { remainingShares }) => Math.min(least, toUnits(remainingShares)),
    Number.POSITIVE_INFINITY,
  );
  const askedUnits = terms ? toUnits(terms.shares) : Number.isFinite(leftUnits) ? filledUnits + leftUnits : undefined;
  const whole =
    fills.some(({ phase }) => phase === 'filled') ||
    (askedUnits !== undefined && filledUnits > 0 && filledUnits >= askedUnits);
  const end = ends[0];
  const filledAt = whole ? fills.at(-1)?.occurredAt : undefined;
  const settledUnits = settlements.reduce((sum, { shares }) => sum + toUnits(shares), 0);

  return {
    orderId: state.orderId,
    productId: all[0]?.productId,
    userId: all.find(({ userId }) => userId !== undefined)?.userId,
    side: all[0]?.side,
    currency: currencies(all)[0],
    ...phaseOf(state, whole, end),
    intentAt: page.find(({ phase }) => phase === 'intent')?.occurredAt,
    placedAt: page.find(({ phase }) => phase === 'placed')?.occurredAt,
    firstFillAt: fills[0]?.occurredAt,
    filledAt,
    endedAt: filledAt ?? end?.occurredAt,
    shares: askedUnits === undefined ? undefined : fromUnits(askedUnits),
    price: terms?.price,
    filledShares: fromUnits(filledUnits),
    fillRatio: askedUnits === undefined || askedUnits === 0 ? undefined : Math.min(1, filledUnits / askedUnits),
    averagePrice: averagePrice(state, filledUnits),
    settledShares: fromUnits(settledUnits),
    settledAmount: fromUnits(settlements.reduce((sum, { amount }) => sum + toUnits(amount), 0)),
    problems: problemsOf(),
  };

  function problemsOf(): OrderProblem[] {
    const differ = (values: readonly unknown[]) => new Set(values).size > 1;
    const found: readonly (readonly [OrderProblem, boolean])[] = [
      ['currency_mismatch', differ(currencies(all))],
      ['product_mismatch', differ(all.map(({ productId }) => productId))],
      ['side_mismatch', differ(all.map(({ side }) => side))],
      ['overfilled', terms !== undefined && filledUnits > toUnits(terms.shares)],
      ['fill_after_end', end !== undefined && fills.some(({ occurredAt }) => occurredAt > end.occurredAt)],
      ['conflicting_ends', differ(ends.map(({ phase }) => phase)) || (whole && end !== undefined)],
      ['settled_more_than_filled', fills.length > 0 && settledUnits > filledUnits],
      [
        'fills_missing',
        terms !== undefined && Number.isFinite(leftUnits) && toUnits(terms.shares) - leftUnits > filledUnits,
      ],
      ['event_id_reused', state.reusedIds.length > 0],
    ];
    return found.filter(([, holds]) => holds).map(([problem]) => problem);
  }
}

function phaseOf(
  { page, fills }: OrderState,
  whole: boolean,
  end: OrderEnd | undefined,
): Pick<OrderDescription, 'phase' | 'decidedBy'> {
  if (whole) return { phase: 'filled', decidedBy: 'server' };
  if (end) return { phase: end.phase, decidedBy: 'server' };
  if (fills.length > 0) return { phase: 'partially_filled', decidedBy: 'server' };
  // Clocks of two devices of one user may differ: the phase that lies furthest on holds, not the one stamped last.
  const furthest = Math.max(-1, ...page.map(({ phase }) => PHASES_IN_ORDER.indexOf(phase)));
  const phase = PHASES_IN_ORDER[furthest];
  return phase ? { phase, decidedBy: 'page' } : { phase: 'unknown', decidedBy: 'nobody' };
}

/** Those of the events that name one, each as it comes first. */
function currencies(events: readonly OrderEvent[]): readonly string[] {
  return [...new Set(events.flatMap((event) => ('currency' in event ? [event.currency] : [])))];
}

function averagePrice({ fills }: OrderState, filledUnits: number): number | undefined {
  if (filledUnits === 0) return undefined;
  // In the order of the fills, which is always the same: sums of products are not exact.
  return fills.reduce((sum, { shares, price }) => sum + toUnits(shares) * price, 0) / filledUnits;
}
