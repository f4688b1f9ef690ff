import { isWholeShares, type Order, type OrderOutcome, type Refusal } from './portfolio.js';
import type { Shop } from './shop.js';

/** The step both order forms share: say what is intended, try it, store it, say how it ended. */
export function confirmOrder(
  shop: Shop,
  order: Order,
  place: (orders: readonly Order[]) => OrderOutcome,
): OrderOutcome {
  // An empty or broken field is no order yet, and an event without a number of shares would be refused downstream.
  if (!isWholeShares(order.shares)) return { kind: 'refused', reason: 'not_whole_shares' };
  shop.analytics.orderConfirmed(order);
  const outcome = place(shop.orders.all());
  if (outcome.kind === 'placed') {
    shop.orders.save(outcome.orders);
    shop.analytics.orderPlaced(order);
  } else {
    shop.analytics.orderRefused(order);
  }
  return outcome;
}

/** What the customer reads when an order is refused. */
export function explainRefusal(reason: Refusal): string {
  switch (reason) {
    case 'not_whole_shares':
      return 'Enter a whole number of shares.';
    case 'below_minimum':
      return 'That is below the minimum for this product.';
    case 'not_enough_remaining':
      return 'Fewer shares than that are left.';
    case 'unknown_holding':
      return 'This holding is no longer in your account.';
    case 'not_sellable_yet':
      return 'These shares can be sold from the next working day.';
    case 'more_than_held':
      return 'You hold fewer shares than that.';
  }
}
