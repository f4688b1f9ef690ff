import type { EpochMs, OrderSide, Surface } from '@tidemark/protocol';
import { CURRENCY, PRODUCTS } from '../market/products.js';
import { round4 } from '../market/quotes.js';
import type { World } from '../world.js';
import type { Customer } from './customer.js';
import { createSessionRecorder, type SessionRecorder } from './session-recorder.js';
import { pageOf, SITE, type Template, type TemplateName } from './site.js';

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

const VIEWS_MAX = 25;
/** Of those who began an order, how many give up at the form, by surface. */
const GIVE_UP: Readonly<Record<Surface, number>> = { h5: 0.24, native: 0.13 };
/** Of those on native screens, how many of the pages below are H5 in a WebView. */
const EMBEDDED: readonly TemplateName[] = ['news', 'help', 'product'];

/** One visit of a customer, from the first view to the last. Nothing when the customer is on the device already. */
export function walkSite(world: World, customer: Customer, at: EpochMs, told?: Wish | 'none'): void {
  if (at < customer.device.busyUntil) return;
  const { random } = world;
  const wish = told === 'none' ? undefined : (told ?? drawWish(world, customer, at));
  const isNative = random.chance(customer.nativeRatio);
  const session = startSession(world, customer, at, isNative ? 'native' : 'h5');
  arrive(world, customer, session);
  let here: TemplateName =
    wish && random.chance(0.3) ? 'product' : random.pick(['home', 'home', 'home', 'account', 'product'] as const);
  let hasTried = wish === undefined;
  for (let views = 1; views <= VIEWS_MAX; views++) {
    const item =
      here === 'product'
        ? hasTried || !wish
          ? chooseProduct(world, customer, session.now)
          : wish.productId
        : here === 'news'
          ? String(random.int(1, 40))
          : undefined;
    show(world, customer, session, here, item, isNative);
    if (wish && !hasTried && here === 'product' && (views > 1 || random.chance(0.5))) {
      hasTried = true;
      if (!placeOrder(world, customer, session, wish, isNative)) break;
      here = 'result';
    }
    const next = nextOf(world, SITE[here]);
    if (next === 'leave') {
      if (hasTried) break;
      here = 'product';
    } else {
      here = next;
    }
    session.record({ type: 'click', target: `to_${here}`, props: { tapMs: tapOf(world, customer) } });
    session.wait(random.between(80, 600));
  }
  session.finish();
}

/** A session of a customer under the conditions of its moment. */
export function startSession(
  world: World,
  customer: Pick<Customer, 'device' | 'userId' | 'accountId'>,
  startAt: EpochMs,
  surface: Surface,
): SessionRecorder {
  const { random, appId, historical, conditions } = world;
  const { device, userId, accountId } = customer;
  const release = conditions.releaseAt(startAt);
  const namesMissing = conditions.namesMissing(surface, startAt);
  return createSessionRecorder(
    random,
    { device, startAt, userId, accountId, release, appId, historical, namesMissing },
    world.send,
  );
}

/** What a device says first: the decision on consent, who it is, and now and then that somebody signed in. */
function arrive({ random }: World, { userId, temper, device }: Customer, session: SessionRecorder): void {
  if (device.identifiedAs === userId && !random.chance(0.25)) return;
  session.view(SITE.login, pageOf(SITE.login, 'h5'), 'h5');
  if (device.identifiedAs !== userId) {
    session.record({ type: 'consent', purposes: { analytics: 'granted', marketing: 'granted', risk: 'granted' } });
    session.record({ type: 'identify', userId, traits: { segment: temper === 'trader' ? 'active' : 'regular' } });
    device.identifiedAs = userId;
  }
  session.wait(random.logNormal(SITE.login.dwellMs, 0.4));
  signIn(session, 'success', userId);
  session.wait(random.between(200, 900));
}

/** The app's own event about a sign-in; where it came from as coarse as risk needs it. */
export function signIn(session: SessionRecorder, outcome: 'success' | 'failure', account: string): void {
  const { networkId, latitude, longitude } = session.device;
  session.record({ type: 'custom', name: 'login', props: { outcome, account, networkId, latitude, longitude } });
}

function show(
  world: World,
  customer: Customer,
  session: SessionRecorder,
  name: TemplateName,
  item: string | undefined,
  isNative: boolean,
): void {
  const { random, conditions } = world;
  const template = SITE[name];
  const surface = isNative && !(EMBEDDED.includes(name) && random.chance(0.35)) ? 'native' : 'h5';
  const isFirst = session.device.nextSeq === 1;
  session.view(
    template,
    pageOf(template, surface, item),
    surface,
    name === 'product' && item !== undefined ? { productId: item } : undefined,
  );
  const dwellMs = random.logNormal(template.dwellMs * customer.readingPace * (surface === 'h5' ? 1.12 : 1), 0.7);
  if (surface === 'h5') recordVitals(world, session, isFirst);
  session.wait(dwellMs * 0.3);
  for (const module of template.modules) {
    if (random.chance(0.6))
      session.record({ type: 'exposure', module, visibleRatio: 1, visibleMs: random.int(1_000, 8_000) });
  }
  if (random.chance(conditions.errorRatio(surface, session.now))) {
    session.record({
      type: 'error',
      message: random.pick(['Failed to fetch', "Cannot read properties of undefined (reading 'price')"]),
    });
  }
  session.wait(dwellMs * 0.4);
  if (random.chance(surface === 'h5' ? 0.6 : 0.3))
    session.record({ type: 'scroll', depthRatio: Math.round(random.between(10, 100)) / 100 });
  session.wait(dwellMs * 0.3);
}

function recordVitals({ random }: World, session: SessionRecorder, isFirst: boolean): void {
  const slow = session.device.info.networkType === '3g' ? 1.8 : 1;
  const vital = (metric: 'CLS' | 'FCP' | 'INP' | 'LCP' | 'TTFB', value: number) =>
    session.record({ type: 'web_vital', metric, value: metric === 'CLS' ? round4(value) : Math.round(value) });
  if (isFirst || random.chance(0.3)) {
    vital('TTFB', random.logNormal(240 * slow, 0.5));
    vital('FCP', random.logNormal(900 * slow, 0.4));
    vital('LCP', random.logNormal(1_600 * slow, 0.4));
  }
  if (random.chance(0.3)) vital('INP', random.logNormal(110, 0.6));
  if (random.chance(0.2)) vital('CLS', random.logNormal(0.04, 0.9));
}

function nextOf({ random }: World, { next }: Template): TemplateName | 'leave' {
  const names = Object.keys(next) as (TemplateName | 'leave')[]; // the keys of the type
  return names[random.weighted(names.map((name) => next[name] ?? 0))] ?? 'leave';
}

/** Taste, drawn to what others buy and to what became cheaper, as much as the customer is. */
function chooseProduct(
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
function drawWish(world: World, customer: Customer, at: EpochMs): Wish | undefined {
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

/** @returns whether the order was placed. */
function placeOrder(
  world: World,
  customer: Customer,
  session: SessionRecorder,
  wish: Wish,
  isNative: boolean,
): boolean {
  const { random, quotes, conditions } = world;
  const { side, productId } = wish;
  const { shares, price } = termsOf(world, customer, wish, session.now);
  if (shares < 10 || customer.openOrders.has(`${productId} ${side}`)) return true; // looked, and saw that there is nothing to do
  const surface = isNative ? 'native' : 'h5';
  const orderId = world.newOrderId();
  const order = { type: 'order', orderId, productId, side, shares, price, currency: CURRENCY } as const;
  session.view(SITE.order, pageOf(SITE.order, surface, productId), surface, { productId });
  session.wait(random.logNormal(4_000, 0.5));
  session.record({ type: 'form_start', form: 'order' });
  session.wait(random.logNormal(SITE.order.dwellMs * customer.readingPace, 0.5));
  session.record({ ...order, phase: 'intent', props: { reference: quotes.price(productId, session.now) } });
  if (!wish.determined && random.chance(GIVE_UP[surface])) return false;
  session.wait(random.logNormal(2_500, 0.5));
  session.record({ type: 'click', target: 'submit_order', props: { tapMs: tapOf(world, customer) } });
  session.wait(random.between(150, 900));
  if (conditions.submitFails(surface, session.now)) {
    session.record({ type: 'error', message: 'order service: 502' });
    return false;
  }
  session.record({ ...order, phase: 'placed' });
  session.record({ type: 'conversion', goal: `order_${side}`, amount: round4(shares * price), currency: CURRENCY });
  submit(world, customer, session.now, wish, order);
  return true;
}

interface Terms {
  readonly shares: number;
  readonly price: number;
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
  world.schedule.at(at, () => {
    const onGivenUp = (when: EpochMs) =>
      visitToCancel(world, customer, when, { orderId, productId, side, shares, price });
    world.exchange.place(
      { orderId, trader: customer, productId, side, shares, price, ...(destiny && { destiny }), onGivenUp },
      at,
    );
  });
}

function termsOf({ random, quotes, exchange, conditions }: World, customer: Customer, wish: Wish, at: EpochMs): Terms {
  const reference = quotes.price(wish.productId, at);
  const greed = customer.priceSensitivity * 0.0025;
  const premium = random.normal(0.002 - greed, 0.003);
  const price = wish.price ?? round4(reference * (1 + (wish.side === 'subscribe' ? premium : -premium)));
  const money = random.logNormal(customer.typicalAmount * conditions.amountFactor(at), 0.6);
  const wanted = wish.shares ?? Math.max(10, Math.round(money / price / 10) * 10);
  if (wish.side === 'subscribe') return { shares: wanted, price };
  const held = Math.floor(exchange.sellable(customer.userId, wish.productId, at));
  return { shares: Math.min(held, wish.shares === undefined && random.chance(0.4) ? held : wanted), price };
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
  session.record({ type: 'click', target: 'cancel_order', props: { tapMs: tapOf(world, customer) } });
  session.wait(1_000);
  session.record({ type: 'order', ...order, phase: 'cancelled', currency: CURRENCY });
  session.wait(random.logNormal(3_000, 0.5));
  session.finish();
}

function tapOf({ random }: World, { tapMs }: Customer): number {
  return Math.round(Math.max(5, random.normal(tapMs, tapMs * 0.08)));
}
