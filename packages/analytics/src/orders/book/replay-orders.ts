import type { EpochMs } from '@tidemark/protocol';
import type { Execution } from './book-order.js';
import { createMarket, type OrderOutcome, type PlacedOrder, type ProductRules } from './create-market.js';

/** What happened to a market, one after another. */
export type MarketAction =
  | { readonly kind: 'place'; readonly order: PlacedOrder }
  | { readonly kind: 'cancel'; readonly orderId: string; readonly at: EpochMs };

export interface MarketReplay {
  readonly executions: readonly Execution[];
  readonly outcomes: readonly OrderOutcome[];
}

/**
 * What a market would have made of its orders.
 *
 * @param actions - in any order; those of one moment in the order given, those of no moment last.
 */
export function replayOrders(products: readonly ProductRules[], actions: readonly MarketAction[]): MarketReplay {
  const market = createMarket(products);
  const executions: Execution[] = [];
  for (const action of actions.toSorted((a, b) => timeOf(a) - timeOf(b))) {
    if (action.kind === 'cancel') market.cancel(action.orderId, action.at);
    else for (const execution of market.place(action.order).executions) executions.push(execution);
  }
  return { executions, outcomes: market.outcomes() };
}

function timeOf(action: MarketAction): EpochMs {
  const at = action.kind === 'cancel' ? action.at : action.order.placedAt;
  return Number.isFinite(at) ? at : Number.MAX_VALUE;
}
