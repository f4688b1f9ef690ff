import type { EpochMs, Surface } from '@tidemark/protocol';
import type { World } from '../world.js';
import type { Customer } from './customer.js';
import { chooseProduct, drawWish, type Wish } from './draw-wish.js';
import { placeOrder } from './place-order.js';
import type { SessionRecorder } from './session-recorder.js';
import { showView } from './show-view.js';
import { pageOf, SITE, type Template, type TemplateName } from './site.js';
import { handOf, signIn, startSession } from './start-session.js';

const VIEWS_MAX = 25;

/**
 * One visit of a customer, from the first view to the last. Nothing when the customer is on the device already.
 *
 * @param to - where it goes; where the customer likes to be unless told.
 */
export function walkSite(world: World, customer: Customer, at: EpochMs, told?: Wish | 'none', to?: Surface): void {
  if (at < customer.device.busyUntil) return;
  const { random, conditions } = world;
  const wish = told === 'none' ? undefined : (told ?? drawWish(world, customer, at));
  const isNative = to === undefined ? random.chance(customer.nativeRatio) : to === 'native';
  const session = startSession(world, customer, at, isNative ? 'native' : 'h5');
  arrive(world, customer, session);
  let here: TemplateName =
    wish && random.chance(0.3) ? 'product' : random.pick(['home', 'home', 'home', 'account', 'product'] as const);
  let hasTried = wish === undefined;
  for (let views = 1; views <= VIEWS_MAX; views++) {
    const item = itemOf(here);
    const surface = showView(world, customer, session, here, item, isNative);
    if (surface === undefined) {
      if (random.chance(0.4)) break;
      here = 'home';
      session.wait(3_000);
      continue;
    }
    if (conditions.isDeadEnd(surface, here, session.now) && !random.chance(0.03)) break;
    if (wish && !hasTried && here === 'product' && (views > 1 || random.chance(0.5))) {
      hasTried = true;
      const attempt = placeOrder(world, customer, session, wish, isNative);
      if (attempt === 'given_up') break;
      if (attempt === 'placed') {
        here = 'result';
        showView(world, customer, session, here, undefined, isNative);
      }
    }
    const next = nextOf(world, SITE[here], surface, session.now);
    if (next === 'leave') {
      if (hasTried) break;
      here = 'product';
    } else {
      here = next;
    }
    session.record({ type: 'click', target: `to_${here}`, props: handOf(world, customer) });
    session.wait(random.between(80, 600));
  }
  session.finish();

  function itemOf(name: TemplateName): string | undefined {
    if (name === 'news') return String(random.int(1, 40));
    if (name !== 'product') return undefined;
    return hasTried || !wish ? chooseProduct(world, customer, session.now) : wish.productId;
  }
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

function nextOf({ random, conditions }: World, { next }: Template, surface: Surface, at: EpochMs) {
  const names = Object.keys(next) as (TemplateName | 'leave')[]; // the keys of the type
  const weightOf = (name: TemplateName | 'leave') =>
    (next[name] ?? 0) * (name === 'leave' ? 1 : conditions.linkFactor(surface, name, at));
  return names[random.weighted(names.map(weightOf))] ?? 'leave';
}
