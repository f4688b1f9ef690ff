import { makeDevice } from '../people/device.js';
import { pageOf, SITE } from '../people/site.js';
import { signIn, startSession } from '../people/start-session.js';
import { walkSite } from '../people/walk-site.js';
import { HOUR_MS, MINUTE_MS } from '../settings.js';
import { type FraudScript, makeSuspect, pickHand, pickVictim } from './suspects.js';

/** One device tries stolen passwords: eighty accounts in six minutes, and two of them open. */
export const credentialStuffing: FraudScript = (world, random, at) => {
  const device = makeDevice(random, at, 'h5');
  const session = startSession(world, { device, userId: `guest-${device.networkId}`, accountId: undefined }, at, 'h5');
  session.view(SITE.login, pageOf(SITE.login, 'h5'), 'h5');
  const opened: string[] = [];
  for (let i = 0; i < 80; i++) {
    session.wait(random.between(3_500, 5_500));
    const account = pickVictim(world, random).userId;
    const opens = i === 37 || i === 71;
    if (opens) opened.push(account);
    signIn(session, opens ? 'success' : 'failure', account);
  }
  session.finish();
  world.label({
    kind: 'credential_stuffing',
    from: at,
    to: session.now,
    userIds: opened,
    visitorIds: [device.visitorId],
  });
};

/** A known user on a device and a network nobody has seen: signs in, has payouts go elsewhere, asks for the money. */
export const newDeviceSensitive: FraudScript = (world, random, at) => {
  const { userId, accountId } = pickVictim(world, random);
  const device = { ...makeDevice(random, at, 'h5'), networkId: `x-${random.int(1, 999_999)}` };
  const session = startSession(world, { device, userId, accountId }, at, 'h5');
  session.view(SITE.login, pageOf(SITE.login, 'h5'), 'h5');
  session.record({ type: 'identify', userId });
  session.wait(6_000);
  signIn(session, 'success', userId);
  session.wait(3_000);
  session.view(SITE.account, pageOf(SITE.account, 'h5'), 'h5');
  session.wait(14_000);
  session.record({ type: 'custom', name: 'payout_account_changed' });
  session.wait(20_000);
  session.record({ type: 'custom', name: 'withdrawal_requested', props: { amount: random.int(20, 90) * 1_000 } });
  session.wait(4_000);
  session.finish();
  world.label({
    kind: 'new_device_sensitive',
    from: at,
    to: session.now,
    userIds: [userId],
    visitorIds: [device.visitorId],
  });
};

/** Signs in at home, and twenty-five minutes later nine thousand kilometres away. */
export const impossibleTravel: FraudScript = (world, random, at) => {
  const victim = pickVictim(world, random);
  const { userId, accountId } = victim;
  const away = {
    ...makeDevice(random, at, 'h5'),
    latitude: 40.4,
    longitude: -3.7,
    networkId: `x-${random.int(1, 999_999)}`,
  };
  const home = {
    ...makeDevice(random, at, 'h5'),
    latitude: victim.device.latitude,
    longitude: victim.device.longitude,
  };
  let to = at;
  for (const [device, startAt] of [
    [home, at],
    [away, at + 25 * MINUTE_MS],
  ] as const) {
    const session = startSession(world, { device, userId, accountId }, startAt, 'h5');
    session.view(SITE.login, pageOf(SITE.login, 'h5'), 'h5');
    session.wait(8_000);
    signIn(session, 'success', userId);
    session.view(SITE.account, pageOf(SITE.account, 'h5'), 'h5');
    session.wait(30_000);
    session.finish();
    to = session.now;
  }
  world.label({
    kind: 'impossible_travel',
    from: at,
    to,
    userIds: [userId],
    visitorIds: [home.visitorId, away.visitorId],
  });
};

/** Six users, one phone: each comes, subscribes a little, and makes room for the next. */
export const sharedDeviceRing: FraudScript = (world, random, at) => {
  const device = makeDevice(random, at, 'native');
  const ring = Array.from({ length: 6 }, () => makeSuspect(world, random, device));
  ring.forEach((person, i) => {
    const comesAt = at + i * 20 * MINUTE_MS;
    const wish = { side: 'subscribe', productId: 'P7', shares: 100, determined: true } as const;
    world.schedule.at(comesAt, () => walkSite(world, person, Math.max(comesAt, device.busyUntil), wish));
  });
  world.label({
    kind: 'shared_device_ring',
    detail: 'one device',
    from: at,
    to: at + 3 * HOUR_MS,
    userIds: ring.map(({ userId }) => userId),
    visitorIds: [device.visitorId],
  });
};

/** Nine users and nine phones, no phone of more than two: each orders from the own one, and from the next one's. */
export const ringChain: FraudScript = (world, random, at) => {
  const phones = Array.from({ length: 9 }, () => makeDevice(random, at, 'native'));
  const ring = phones.map((phone) => makeSuspect(world, random, phone));
  ring.forEach((person, i) => {
    [person.device, phones[(i + 1) % phones.length] ?? person.device].forEach((device, turn) => {
      const comesAt = at + i * 12 * MINUTE_MS + turn * 6 * MINUTE_MS;
      const productId = turn === 0 ? 'P7' : 'P30';
      const wish = { side: 'subscribe', productId, shares: 100, determined: true } as const;
      world.schedule.at(comesAt, () =>
        walkSite(world, { ...person, device }, Math.max(comesAt, device.busyUntil), wish),
      );
    });
  });
  world.label({
    kind: 'shared_device_ring',
    detail: 'chain',
    from: at,
    to: at + 3 * HOUR_MS,
    userIds: ring.map(({ userId }) => userId),
    visitorIds: phones.map(({ visitorId }) => visitorId),
  });
};

/** How many times as long as the own hand another's takes with a mouse. */
const OTHER_HANDS = [
  { pressMs: 1.6, moveMs: 1.2 },
  { pressMs: 0.6, moveMs: 0.8 },
  { pressMs: 1, moveMs: 2.2 },
  { pressMs: 1, moveMs: 0.45 },
] as const;

/**
 * The account is the same and the hand is not: from now on taps take more than twice as long, or half as long; or a mouse is
 * pressed for longer or shorter, or it alone takes twice or half the time to get there.
 */
export const operatorChange: FraudScript = (world, random, at) => {
  const hasMouse = at % 2 === 0;
  const victim = pickHand(world, random, hasMouse);
  const turn = Math.floor(at / 2);
  if (victim.device.hasMouse) {
    const { pressMs, moveMs } = OTHER_HANDS[turn % OTHER_HANDS.length] ?? OTHER_HANDS[0];
    victim.pressMs *= pressMs;
    victim.moveMs *= moveMs;
  } else {
    victim.tapMs *= turn % 2 === 0 ? 2.3 : 0.5;
  }
  for (let i = 0; i < 3; i++) {
    const comesAt = at + i * HOUR_MS;
    world.schedule.at(comesAt, () => walkSite(world, victim, comesAt));
  }
  world.label({
    kind: 'operator_change',
    detail: victim.device.hasMouse ? 'mouse' : 'finger',
    from: at,
    to: world.endAt,
    userIds: [victim.userId],
    visitorIds: [victim.device.visitorId],
  });
};
