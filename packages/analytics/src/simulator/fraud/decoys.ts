import type { EventBatch } from '@tidemark/protocol';
import { PRODUCTS } from '../market/products.js';
import type { Customer } from '../people/customer.js';
import { type Device, makeDesktop, makeDevice } from '../people/device.js';
import { pageOf, SITE } from '../people/site.js';
import { handOf, signIn, startSession } from '../people/start-session.js';
import { walkSite } from '../people/walk-site.js';
import type { Random } from '../random.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../settings.js';
import type { World } from '../world.js';
import { beginOrder } from './oddities.js';
import { type FraudScript, makeSuspect, pickVictim } from './suspects.js';

const ASLEEP_MS = 5 * HOUR_MS;

/** What honest people do and a crude rule takes for fraud. Nothing of it is labelled: who flags it is wrong. */
export function planDecoys(world: World, random: Random, each: number): void {
  const days = Math.round((world.endAt - world.startAt) / DAY_MS);
  for (const script of DECOYS) {
    for (let i = 0; i < each; i++) {
      const day = days > 1 ? random.int(1, days - 1) : 0;
      const at = world.startAt + day * DAY_MS + random.int(9 * HOUR_MS, 14 * HOUR_MS);
      world.schedule.at(at, () => script(world, random, at));
    }
  }
}

/** A new phone, at home: the network is the old one. */
const newPhone: FraudScript = (world, random, at) => {
  const victim = pickVictim(world, random);
  const { networkId, latitude, longitude } = victim.device;
  const device = { ...makeDevice(random, at, 'h5'), networkId, latitude, longitude };
  homeFirst(world, victim, at - HOUR_MS);
  payOut(world, random, { ...victim, device }, at);
};

/** The own phone in a hotel. */
const hotel: FraudScript = (world, random, at) => {
  const victim = pickVictim(world, random);
  if (at < victim.device.busyUntil) return;
  payOut(world, random, { ...victim, device: onNetwork(victim.device, `h-${random.int(1, 999_999)}`) }, at);
};

/** Signs in at home, flies for fourteen hours, signs in there with another device. */
const flight: FraudScript = (world, random, at) => {
  const person = makeSuspect(world, random);
  homeFirst(world, person, at);
  const landedAt = at + 14 * HOUR_MS;
  const device = { ...makeDevice(random, at, 'h5'), latitude: 40.4, longitude: -3.7 };
  world.schedule.at(landedAt, () => homeFirst(world, { ...person, device }, landedAt));
};

/** Three of one family on one phone. */
const family: FraudScript = (world, random, at) => {
  const device = makeDevice(random, at, 'native');
  for (let i = 0; i < 3; i++) {
    const person = makeSuspect(world, random, device);
    const comesAt = at + i * 30 * MINUTE_MS;
    const wish = { side: 'subscribe', productId: 'P7', shares: 200, determined: true } as const;
    world.schedule.at(comesAt, () => walkSite(world, person, Math.max(comesAt, device.busyUntil), wish));
  }
};

/** One network, twelve colleagues, and some who mistype. */
const office: FraudScript = (world, random, at) => {
  const networkId = `o-${random.int(1, 999_999)}`;
  for (let i = 0; i < 12; i++) {
    const person = makeSuspect(world, random);
    const device = onNetwork(person.device, networkId);
    const session = startSession(world, { ...person, device }, at + i * 20_000, 'h5');
    session.view(SITE.login, pageOf(SITE.login, 'h5'), 'h5');
    session.wait(random.between(4_000, 9_000));
    if (random.chance(0.3)) {
      signIn(session, 'failure', person.userId);
      session.wait(random.between(3_000, 9_000));
    }
    signIn(session, 'success', person.userId);
    session.finish();
  }
};

/** Turns pages fast for half a minute, by hand. */
const pageTurner: FraudScript = (world, random, at) => {
  const person = makeSuspect(world, random);
  const session = startSession(world, person, at, 'h5');
  for (let i = 0; i < 25; i++) {
    session.view(SITE.list, pageOf(SITE.list, 'h5'), 'h5');
    session.wait(random.logNormal(1_200, 0.5));
    session.record({ type: 'click', target: 'next', props: handOf(world, person) });
  }
  session.finish();
};

/** Answers are lost, and each batch leaves twice; the last once more when the laptop that was shut meanwhile wakes. */
const retry: FraudScript = (world, random, at) => {
  let last: EventBatch | undefined;
  const send = (batch: EventBatch, sentAt: number) => {
    last = batch;
    world.send(batch, sentAt);
    world.sendCopy(batch, sentAt + 3_000);
  };
  walkSite({ ...world, send }, makeSuspect(world, random), at);
  if (last) world.sendCopy(last, last.sentAt + ASLEEP_MS);
};

/** Two hours without a network. */
const offline: FraudScript = (world, random, at) => {
  const send = (batch: EventBatch, sentAt: number) => {
    const delayMs = 2 * HOUR_MS;
    world.send({ ...batch, sentAt: batch.sentAt + delayMs }, sentAt + delayMs);
  };
  walkSite({ ...world, send }, makeSuspect(world, random), at);
};

/** Two buy and sell the same once, by chance. */
const chanceMatch: FraudScript = (world, random, at) => {
  for (const delayMs of [0, MINUTE_MS]) {
    const person = makeSuspect(world, random);
    const comesAt = at + delayMs;
    const side = delayMs === 0 ? 'sell' : 'subscribe';
    world.exchange.endow(person.userId, 'P30', 1_000, world.startAt - 7 * DAY_MS);
    world.schedule.at(comesAt, () =>
      walkSite(world, person, comesAt, { side, productId: 'P30', shares: 1_000, determined: true }),
    );
  }
};

/** Opens the forms of three products before one is ordered. */
const comparer: FraudScript = (world, random, at) => {
  const person = makeSuspect(world, random);
  const session = startSession(world, person, at, 'h5');
  for (const { productId } of PRODUCTS.slice(0, 3)) {
    session.view(SITE.product, pageOf(SITE.product, 'h5', productId), 'h5', { productId });
    session.wait(random.logNormal(15_000, 0.5));
    session.record({ type: 'click', target: 'to_order', props: handOf(world, person) });
    beginOrder(world, random, session, productId);
    session.wait(random.logNormal(5_000, 0.5));
  }
  session.finish();
  const orderedAt = session.now + MINUTE_MS;
  const wish = { side: 'subscribe', productId: 'P7', shares: 300, determined: true } as const;
  world.schedule.at(orderedAt, () => walkSite(world, person, orderedAt, wish));
};

/** Six visits with one mouse, and six with a new one: a button that is stiffer or lighter, ways that are slower or quicker. */
const newMouse: FraudScript = (world, random, at) => {
  const person = { ...makeSuspect(world, random, makeDesktop(random, at)), nativeRatio: 0 };
  const [press, move] = random.chance(0.5) ? [1.14, 1.2] : [0.88, 0.85];
  visitTwelveTimes(world, at, person, { ...person, pressMs: press * person.pressMs, moveMs: move * person.moveMs });
};

/** One person, six visits on the phone and then six at the desk: taps of the one are no measure of the other. */
const phoneAndDesk: FraudScript = (world, random, at) => {
  const person = makeSuspect(world, random, makeDevice(random, at, 'native'));
  const { networkId, latitude, longitude } = person.device;
  const desk = { ...makeDesktop(random, at), networkId, latitude, longitude };
  visitTwelveTimes(world, at, person, { ...person, device: desk, nativeRatio: 0 });
};

/** Two hours apart, so that no two are one session. */
function visitTwelveTimes(world: World, at: number, before: Customer, after: Customer): void {
  for (let i = 0; i < 12; i++) {
    const comesAt = at + 2 * i * HOUR_MS;
    world.schedule.at(comesAt, () => walkSite(world, i < 6 ? before : after, comesAt));
  }
}

const DECOYS: readonly FraudScript[] = [
  newPhone,
  hotel,
  flight,
  family,
  office,
  pageTurner,
  retry,
  offline,
  chanceMatch,
  comparer,
  newMouse,
  phoneAndDesk,
];

/** The same device elsewhere: its counter goes on. */
function onNetwork(device: Device, networkId: string): Device {
  return {
    ...device,
    networkId,
    get nextSeq() {
      return device.nextSeq;
    },
    set nextSeq(seq) {
      device.nextSeq = seq;
    },
    get busyUntil() {
      return device.busyUntil;
    },
    set busyUntil(at) {
      device.busyUntil = at;
    },
  };
}

function homeFirst(world: World, person: Customer, at: number): void {
  if (at < person.device.busyUntil) return;
  const session = startSession(world, person, at, 'h5');
  session.view(SITE.login, pageOf(SITE.login, 'h5'), 'h5');
  session.wait(7_000);
  signIn(session, 'success', person.userId);
  session.wait(9_000);
  session.finish();
}

function payOut(world: World, random: Random, person: Customer, at: number): void {
  const session = startSession(world, person, at, 'h5');
  session.view(SITE.login, pageOf(SITE.login, 'h5'), 'h5');
  session.wait(7_000);
  signIn(session, 'success', person.userId);
  session.wait(random.between(5_000, 30_000));
  session.record({ type: 'custom', name: 'withdrawal_requested', props: { amount: random.int(1, 9) * 1_000 } });
  session.wait(4_000);
  session.finish();
}
