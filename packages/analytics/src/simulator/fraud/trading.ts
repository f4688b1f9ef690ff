import { CURRENCY, PRODUCTS } from '../market/products.js';
import { round4 } from '../market/quotes.js';
import { submit } from '../people/place-order.js';
import { pageOf, SITE } from '../people/site.js';
import { startSession } from '../people/start-session.js';
import { walkSite } from '../people/walk-site.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../settings.js';
import { type FraudScript, makeSuspect } from './suspects.js';

/** Above this an order is looked at: orders keep below it, all on one day. */
const REPORTED_FROM = 50_000;

/** Silence so long is what dormancy means in a simulation that has room for it. */
const SLEEP_MS = 95 * DAY_MS;

/** Comes at the very beginning, not again, and then with an order many times what is usual: of its own, where it had any. */
export const dormantLargeOrder: FraudScript = (world, random, at) => {
  const person = makeSuspect(world, random);
  const shares = random.int(40, 90) * 10_000;
  const firstAt = world.startAt + random.int(1, 6) * HOUR_MS;
  world.schedule.at(firstAt, () => walkSite(world, person, firstAt, 'none'));
  for (const midnight of world.workingMidnights.filter((one) => one < at - SLEEP_MS).slice(0, 6)) {
    const orderedAt = midnight + 10 * HOUR_MS;
    const wish = { side: 'subscribe', productId: 'P7', shares: 3_000, determined: true, destiny: 'filled' } as const;
    world.schedule.at(orderedAt, () => walkSite(world, person, orderedAt, wish));
  }
  world.schedule.at(at, () =>
    walkSite(world, person, at, { side: 'subscribe', productId: 'P90', shares, determined: true }),
  );
  world.label({ kind: 'dormant_large_order', from: at, to: at + HOUR_MS, userIds: [person.userId], productId: 'P90' });
};

export const structuring: FraudScript = (world, random, at) => {
  const person = makeSuspect(world, random);
  PRODUCTS.forEach(({ productId }, i) => {
    const comesAt = at + i * 12 * MINUTE_MS;
    world.schedule.at(comesAt, () => {
      const price = world.quotes.price(productId, comesAt);
      const shares = Math.floor((REPORTED_FROM - random.int(50, 900)) / price);
      walkSite(world, person, comesAt, { side: 'subscribe', productId, shares, price, determined: true });
    });
  });
  world.label({ kind: 'structuring', from: at, to: at + 2 * HOUR_MS, userIds: [person.userId] });
};

/** Subscribes and cancels within the minute, again and again. */
export const subscribeCancelLoop: FraudScript = (world, random, at) => {
  const person = makeSuspect(world, random);
  const { productId } = random.pick(PRODUCTS);
  const session = startSession(world, person, at, 'h5');
  session.view(SITE.order, pageOf(SITE.order, 'h5', productId), 'h5', { productId });
  for (let i = 0; i < 10; i++) {
    session.wait(random.between(40_000, 120_000));
    const price = round4(world.quotes.price(productId, session.now) * 1.002);
    const order = { orderId: world.newOrderId(), productId, side: 'subscribe', shares: 2_000, price } as const;
    session.record({ type: 'order', ...order, phase: 'placed', currency: CURRENCY });
    submit(world, person, session.now, { ...order, destiny: 'never' }, order);
    session.wait(random.between(15_000, 50_000));
    const cancelledAt = session.now;
    session.record({ type: 'order', ...order, phase: 'cancelled', currency: CURRENCY });
    world.schedule.at(cancelledAt, () => void world.exchange.cancel(order.orderId, cancelledAt));
  }
  session.finish();
  world.label({ kind: 'subscribe_cancel_loop', from: at, to: session.now, userIds: [person.userId], productId });
};

/** Two sell to each other, the same shares there and, from T+1 on, back. */
export const washPair: FraudScript = (world, random, at) => {
  const [one, other] = [makeSuspect(world, random), makeSuspect(world, random)];
  const shares = 1_000;
  const products = PRODUCTS.slice(0, 3);
  for (const { productId } of products) world.exchange.endow(one.userId, productId, shares, world.startAt - 7 * DAY_MS);
  const nextDay = world.workingMidnights.find((midnight) => midnight > at);
  const back = nextDay === undefined ? [] : [[other, one, nextDay + 10 * HOUR_MS] as const];
  for (const [seller, buyer, from] of [[one, other, at] as const, ...back]) {
    products.forEach(({ productId }, i) => {
      const sellsAt = from + i * 20 * MINUTE_MS;
      world.schedule.at(sellsAt, () => {
        const price = world.quotes.price(productId, sellsAt);
        const terms = { productId, shares, price, determined: true, destiny: 'filled' } as const;
        walkSite(world, seller, sellsAt, { ...terms, side: 'sell' });
        walkSite(world, buyer, sellsAt + 1_000, { ...terms, side: 'subscribe' });
      });
    });
  }
  world.label({ kind: 'wash_pair', from: at, to: (nextDay ?? at) + 12 * HOUR_MS, userIds: [one.userId, other.userId] });
};
