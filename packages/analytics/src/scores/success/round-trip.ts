import type { OrderScore, SuccessScorer } from './open-success.js';
import type { OrderColumns, OrderQuestion } from './order-columns.js';
import type { MarketHours, OrderDesk } from './order-desk.js';

export interface RoundTripPlan {
  /** To subscribe. */
  readonly question: OrderQuestion;
  /** Limit of the sale on T+1, of one share. */
  readonly exitPrice: number;
  /** What a share that is still held is reckoned at, on T+1 and at the end of holding. */
  readonly markPrice: number;
  readonly holdPrice: number;
}

/** One way to go on with what was subscribed. Shares and money are expectations, over fills and failures. */
export interface Path {
  /** That any of the subscription is filled and, when it is to be sold, any of that sold on T+1. */
  readonly probability: number;
  readonly soldShares: number;
  readonly heldShares: number;
  /** In the order's currency; without fees. */
  readonly profit: number;
}

export interface RoundTrip {
  readonly subscription: OrderScore;
  /** Of the sale, given that shares are held. */
  readonly sale: OrderScore;
  /** P(subscription fills) x P(sale fills from T+1 | held). */
  readonly probability: number;
  readonly sellNextDay: Path;
  readonly hold: Path;
  readonly better: 'sell_next_day' | 'hold';
  /** Shares asked for that are expected to stay unmatched. */
  readonly leftByPartialFill: number;
}

/**
 * Looks one trade day ahead: the sale is asked about as placed when the market opens on T+1, with nothing in the queue before it,
 * and with crowd, loan rate and the customer's deeds as they are now. Both orders fail independently given these.
 */
export function roundTrip(
  scorer: Pick<SuccessScorer, 'score'>,
  desk: Pick<OrderDesk, 'columnsOf'>,
  hours: MarketHours,
  { question, exitPrice, markPrice, holdPrice }: RoundTripPlan,
): RoundTrip {
  const subscription = scorer.score('subscribe', desk.columnsOf({ ...question, side: 'subscribe' }));
  const bought = question.shares * subscription.fillRatio;
  const shares = subscription.any.probability > 0 ? bought / subscription.any.probability : question.shares;
  const asOfNow = desk.columnsOf({ ...question, side: 'sell', shares, price: exitPrice });
  const sale = scorer.score('sell', nextMorning(asOfNow, hours));
  const probability = subscription.any.probability * sale.any.probability;
  const sold = bought * sale.fillRatio;
  const sellNextDay = {
    probability,
    soldShares: sold,
    heldShares: bought - sold,
    profit: sold * (exitPrice - question.price) + (bought - sold) * (markPrice - question.price),
  };
  const hold = {
    probability: subscription.any.probability,
    soldShares: 0,
    heldShares: bought,
    profit: bought * (holdPrice - question.price),
  };
  return {
    subscription,
    sale,
    probability,
    sellNextDay,
    hold,
    better: sellNextDay.profit > hold.profit ? 'sell_next_day' : 'hold',
    leftByPartialFill: question.shares - bought,
  };
}

function nextMorning(columns: OrderColumns, { sessionMs }: MarketHours): OrderColumns {
  const weekday = columns.weekday === null ? null : columns.weekday >= 5 ? 1 : columns.weekday + 1;
  return { ...columns, hours_to_cut_off: sessionMs / 3_600_000, weekday, orders_ahead: 0, shares_ahead: 0 };
}
