import { CURRENCY, PRODUCTS } from '../market/products.js';
import { round4 } from '../market/quotes.js';
import type { Customer } from '../people/customer.js';
import { submit } from '../people/place-order.js';
import type { SessionRecorder } from '../people/session-recorder.js';
import { pageOf, SITE } from '../people/site.js';
import { handOf, signIn, startSession } from '../people/start-session.js';
import type { Random } from '../random.js';
import type { World } from '../world.js';
import { type FraudScript, makeSuspect } from './suspects.js';

/** What somebody does in a session that nobody does, at the pace of a person: no rule was made for it. */
type Oddity = (world: World, random: Random, session: SessionRecorder, person: Customer) => void;

/** Sessions that fit no other kind, each strange in a way of its own; all begin where others begin. */
export const unusualSession: FraudScript = (world, random, at) => {
  const person = makeSuspect(world, random);
  const [detail, act] = random.pick(ODDITIES);
  const session = startSession(world, person, at, 'h5');
  session.view(SITE.login, pageOf(SITE.login, 'h5'), 'h5');
  session.wait(random.logNormal(SITE.login.dwellMs, 0.4));
  signIn(session, 'success', person.userId);
  session.wait(random.logNormal(3_000, 0.5));
  act(world, random, session, person);
  session.finish();
  world.label({
    kind: 'unusual_session',
    detail,
    from: at,
    to: session.now,
    userIds: [person.userId],
    visitorIds: [person.device.visitorId],
  });
};

/** Up to the form, filled in; whether it is sent is not said. */
export function beginOrder(world: World, random: Random, session: SessionRecorder, productId: string): void {
  session.view(SITE.order, pageOf(SITE.order, 'h5', productId), 'h5', { productId });
  session.wait(random.logNormal(4_000, 0.5));
  session.record({ type: 'form_start', form: 'order' });
  fillIn(world, random, session, productId);
}

function fillIn(world: World, random: Random, session: SessionRecorder, productId: string): void {
  session.wait(random.logNormal(9_000, 0.5));
  session.record({
    type: 'order',
    orderId: world.newOrderId(),
    productId,
    side: 'subscribe',
    phase: 'intent',
    shares: 100 * random.int(1, 30),
    price: world.quotes.price(productId, session.now),
    currency: CURRENCY,
  });
}

/** Signs in again and again, as when one account goes from hand to hand. */
const signsInAgain: Oddity = (_, random, session, { userId }) => {
  for (let i = 0; i < 14; i++) {
    session.wait(random.logNormal(25_000, 0.5));
    signIn(session, 'success', userId);
  }
};

/** Fills in one form with amount after amount and sends none: somebody finds out what the form lets through. */
const probesForm: Oddity = (world, random, session) => {
  const { productId } = random.pick(PRODUCTS);
  session.view(SITE.order, pageOf(SITE.order, 'h5', productId), 'h5', { productId });
  for (let i = 0; i < 24; i++) fillIn(world, random, session, productId);
};

/** Has payouts go here and there, and asks for money in between. */
const movesPayouts: Oddity = (_, random, session) => {
  session.view(SITE.account, pageOf(SITE.account, 'h5'), 'h5');
  for (let i = 0; i < 12; i++) {
    session.wait(random.logNormal(20_000, 0.5));
    session.record({ type: 'custom', name: i % 3 === 2 ? 'withdrawal_requested' : 'payout_account_changed' });
  }
};

/** Orders one product after the other, and takes each order back. */
const takesBack: Oddity = (world, random, session, person) => {
  for (const { productId } of PRODUCTS) {
    session.view(SITE.order, pageOf(SITE.order, 'h5', productId), 'h5', { productId });
    session.wait(random.logNormal(15_000, 0.4));
    const price = round4(world.quotes.price(productId, session.now) * 1.002);
    const order = { orderId: world.newOrderId(), productId, side: 'subscribe', shares: 200, price } as const;
    session.record({ type: 'order', ...order, phase: 'placed', currency: CURRENCY });
    submit(world, person, session.now, { ...order, destiny: 'never' }, order);
    session.wait(random.logNormal(30_000, 0.4));
    const cancelledAt = session.now;
    session.record({ type: 'order', ...order, phase: 'cancelled', currency: CURRENCY });
    world.schedule.at(cancelledAt, () => void world.exchange.cancel(order.orderId, cancelledAt));
  }
};

/** Taps on one page for minutes, where others go on to the next. */
const tapsInPlace: Oddity = (world, random, session, person) => {
  session.view(SITE.list, pageOf(SITE.list, 'h5'), 'h5');
  for (let i = 0; i < 40; i++) {
    session.wait(random.logNormal(5_000, 0.9));
    session.record({ type: 'click', target: 'filter', props: handOf(world, person) });
  }
};

const ODDITIES: readonly (readonly [detail: string, act: Oddity])[] = [
  ['signs in again', signsInAgain],
  ['probes a form', probesForm],
  ['moves payouts', movesPayouts],
  ['takes orders back', takesBack],
  ['taps in place', tapsInPlace],
];
