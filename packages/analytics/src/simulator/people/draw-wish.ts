import type { EpochMs, OrderSide } from '@tidemark/protocol';
import { PRODUCTS } from '../market/products.js';
import { round4 } from '../market/quotes.js';
import type { World } from '../world.js';
import type { Customer } from './customer.js';

/** What a visit is meant to end in. */
export interface Wish {
  readonly side: OrderSide;
  readonly productId: string;
  /** Instead of what the customer would choose. */
  readonly shares?: number;
  readonly price?: number;
  /** The customer does not change their mind on the way. */
  readonly determined?: boolean;
  readonly destiny?: 'filled' | 'never';
}

/** What an order asks for. */
export interface Terms {
  readonly shares: number;
  readonly price: number;
}

/** Taste, drawn to what others buy and to what became cheaper, as much as the customer is. */
export function chooseProduct(
  { random, quotes }: World,
  { tastes, herding, priceSensitivity }: Customer,
  at: EpochMs,
): string {
  const weights = PRODUCTS.map(({ productId }, i) => {
    const crowd = quotes.crowd(productId, 'subscribe', at);
    return (
      (tastes[i] ?? 0) *
      (1 + crowd / 4) ** (herding * 0.5) *
      Math.exp(-60 * priceSensitivity * quotes.dayReturn(productId, at))
    );
  });
  return PRODUCTS[random.weighted(weights)]?.productId ?? 'P30';
}

/** Whether a visit is to end in an order; fright makes sales likelier, a crowd subscriptions. */
export function drawWish(world: World, customer: Customer, at: EpochMs): Wish | undefined {
  const { random, exchange, quotes } = world;
  const held = PRODUCTS.filter(({ productId }) => exchange.sellable(customer.userId, productId, at) >= 10);
  if (held.length > 0) {
    const { productId } = random.pick(held);
    const fright = customer.panic * 40 * Math.max(0, -quotes.dayReturn(productId, at));
    if (random.chance(customer.sells * (1 + fright))) return { side: 'sell', productId };
  }
  if (!random.chance(customer.subscribes)) return undefined;
  return { side: 'subscribe', productId: chooseProduct(world, customer, at) };
}

/** Shares and limit of an order: what the wish says, or what the customer would choose. */
export function termsOf(
  { random, quotes, exchange, conditions }: World,
  customer: Customer,
  wish: Wish,
  at: EpochMs,
): Terms {
  const reference = quotes.price(wish.productId, at);
  const greed = customer.priceSensitivity * 0.0025;
  const premium = random.normal(0.002 - greed, 0.003);
  const price = wish.price ?? round4(reference * (1 + (wish.side === 'subscribe' ? premium : -premium)));
  const money = random.logNormal(customer.typicalAmount * conditions.amountFactor(at, wish.productId), 0.6);
  const wanted = wish.shares ?? Math.max(10, Math.round(money / price / 10) * 10);
  if (wish.side === 'subscribe') return { shares: wanted, price };
  const held = Math.floor(exchange.sellable(customer.userId, wish.productId, at));
  return { shares: Math.min(held, wish.shares === undefined && random.chance(0.4) ? held : wanted), price };
}
