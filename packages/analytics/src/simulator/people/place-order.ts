import type { EpochMs, OrderSide, Surface } from '@tidemark/protocol';
import { CURRENCY } from '../market/products.js';
import { round4 } from '../market/quotes.js';
import type { World } from '../world.js';
import type { Customer } from './customer.js';
import { type Terms, termsOf, type Wish } from './draw-wish.js';
import type { SessionRecorder } from './session-recorder.js';
import { pageOf, SITE } from './site.js';
import { handOf, startSession } from './start-session.js';

/** Of those who began an order, how many give up at the form, by surface. */
const GIVE_UP: Readonly<Record<Surface, number>> = { h5: 0.24, native: 0.13 };

/** `nothing`: looked, and saw that there is nothing to do. */
export type Attempt = 'placed' | 'given_up' | 'nothing';

/** The way of an order from the form to the exchange, as far as the customer goes. */
export function placeOrder(
  world: World,
  customer: Customer,
  session: SessionRecorder,
  wish: Wish,
  isNative: boolean,
): Attempt {
  const { random, quotes, conditions } = world;
  const { side, productId } = wish;
  const { shares, price } = termsOf(world, customer, wish, session.now);
  if (shares < 10 || customer.openOrders.has(`${productId} ${side}`)) return 'nothing';
  const surface = isNative ? 'native' : 'h5';
  const orderId = world.newOrderId();
  const order = { type: 'order', orderId, productId, side, shares, price, currency: CURRENCY } as const;
  session.view(SITE.order, pageOf(SITE.order, surface, productId), surface, { productId });
  session.wait(random.logNormal(4_000, 0.5));
  session.record({ type: 'form_start', form: 'order' });
  session.wait(random.logNormal(SITE.order.dwellMs * customer.readingPace, 0.5));
  // What the platform shows on the form: its price, and how it rates the customer.
  const props = { reference: quotes.price(productId, session.now), reputation: round4(customer.reputation) };
  session.record({ ...order, phase: 'intent', props });
  if (!wish.determined && random.chance(GIVE_UP[surface])) return 'given_up';
  session.wait(random.logNormal(2_500, 0.5));
  session.record({ type: 'click', target: 'submit_order', props: handOf(world, customer) });
  session.wait(random.between(150, 900));
  if (conditions.submitFails(surface, session.now)) {
    session.record({ type: 'error', message: 'order service: 502' });
    return 'given_up';
  }
  session.record({ ...order, phase: 'placed' });
  session.record({ type: 'conversion', goal: `order_${side}`, amount: round4(shares * price), currency: CURRENCY });
  submit(world, customer, session.now, wish, order);
  return 'placed';
}

/** Hands an order to the exchange when its moment comes. */
export function submit(
  world: World,
  customer: Customer,
  at: EpochMs,
  wish: Wish,
  { orderId, shares, price }: Terms & { readonly orderId: string },
): void {
  const { side, productId, destiny } = wish;
  customer.openOrders.add(`${productId} ${side}`);
  const toldAt = at + customer.device.skewMs;
  world.schedule.at(at, () => {
    const onGivenUp = (when: EpochMs) =>
      visitToCancel(world, customer, when, { orderId, productId, side, shares, price });
    world.exchange.place(
      { orderId, trader: customer, productId, side, shares, price, toldAt, ...(destiny && { destiny }), onGivenUp },
      at,
    );
  });
}

/** The customer looks again, and gives up: a short visit, unless one is under way. */
function visitToCancel(
  world: World,
  customer: Customer,
  at: EpochMs,
  order: Terms & { readonly orderId: string; readonly productId: string; readonly side: OrderSide },
): void {
  const leadMs = 9_000;
  if (at - leadMs < customer.device.busyUntil) return;
  const { random } = world;
  const surface = random.chance(customer.nativeRatio) ? 'native' : 'h5';
  const session = startSession(world, customer, at - leadMs, surface);
  session.view(SITE.account, pageOf(SITE.account, surface), surface);
  session.wait(leadMs - 1_000);
  session.record({ type: 'click', target: 'cancel_order', props: handOf(world, customer) });
  session.wait(1_000);
  session.record({ type: 'order', ...order, phase: 'cancelled', currency: CURRENCY });
  session.wait(random.logNormal(3_000, 0.5));
  session.finish();
}
