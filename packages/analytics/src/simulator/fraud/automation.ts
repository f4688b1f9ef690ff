import { CURRENCY, PRODUCTS } from '../market/products.js';
import { pageOf, SITE } from '../people/site.js';
import { startSession } from '../people/start-session.js';
import { type FraudScript, makeSuspect } from './suspects.js';

const HEADLESS =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0.0.0 Safari/537.36';

/** A program reads all products, faster than anybody reads, and says so: by its agent, by the browser's own mark, or by both. */
export const bot: FraudScript = (world, random, at) => {
  const person = makeSuspect(world, random);
  const info = { ...person.device.info, webdriver: true };
  const device = {
    ...person.device,
    ...(at % 3 === 0 ? {} : { userAgent: HEADLESS }),
    ...(at % 3 === 1 ? {} : { info }),
  };
  const session = startSession(world, { device, userId: person.userId, accountId: undefined }, at, 'h5');
  for (let i = 0; i < 120; i++) {
    const { productId } = random.pick(PRODUCTS);
    session.view(SITE.product, pageOf(SITE.product, 'h5', productId), 'h5', { productId });
    session.wait(random.between(150, 900));
  }
  session.finish();
  world.label({
    kind: 'bot',
    from: at,
    to: session.now,
    userIds: [person.userId],
    visitorIds: [device.visitorId],
  });
};

/** A person's agent, a machine's clock: every four seconds, give or take ten milliseconds. */
export const scriptedTiming: FraudScript = (world, random, at) => {
  const person = makeSuspect(world, random);
  const session = startSession(world, person, at, 'h5');
  session.view(SITE.list, pageOf(SITE.list, 'h5'), 'h5');
  for (let i = 0; i < 90; i++) {
    session.wait(4_000 + random.int(-10, 10));
    session.record({ type: 'click', target: 'refresh', props: { tapMs: 50 } });
  }
  session.finish();
  world.label({
    kind: 'scripted_timing',
    from: at,
    to: session.now,
    userIds: [person.userId],
    visitorIds: [person.device.visitorId],
  });
};

/** Two hundred quotes and a dozen orders begun, within a minute. */
export const velocity: FraudScript = (world, random, at) => {
  const person = makeSuspect(world, random);
  const { productId } = random.pick(PRODUCTS);
  const session = startSession(world, person, at, 'h5');
  session.view(SITE.product, pageOf(SITE.product, 'h5', productId), 'h5', { productId });
  for (let i = 0; i < 200; i++) {
    session.wait(random.exponential(280));
    const price = world.quotes.price(productId, session.now);
    session.record({ type: 'custom', name: 'quote_refresh', props: { productId, price } });
    if (i % 16 !== 0) continue;
    const orderId = world.newOrderId();
    session.record({
      type: 'order',
      orderId,
      productId,
      side: 'subscribe',
      phase: 'intent',
      shares: 1_000,
      price,
      currency: CURRENCY,
    });
  }
  session.finish();
  world.label({
    kind: 'velocity',
    from: at,
    to: session.now,
    userIds: [person.userId],
    visitorIds: [person.device.visitorId],
  });
};
