import type { EpochMs, Surface } from '@tidemark/protocol';
import type { World } from '../world.js';
import type { Customer } from './customer.js';
import { createSessionRecorder, type SessionRecorder } from './session-recorder.js';

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
  const isMalformed = conditions.isMalformed(surface, startAt);
  return createSessionRecorder(
    random,
    { device, startAt, userId, accountId, release, appId, historical, namesMissing, isMalformed },
    world.send,
  );
}

/** The app's own event about a sign-in; where it came from as coarse as risk needs it. */
export function signIn(session: SessionRecorder, outcome: 'success' | 'failure', account: string): void {
  const { networkId, latitude, longitude } = session.device;
  session.record({ type: 'custom', name: 'login', props: { outcome, account, networkId, latitude, longitude } });
}

/** How long this click took: the tap of a finger, or the press of a mouse and the way there; milliseconds. */
export function handOf(
  { random, handRandom }: World,
  { device, tapMs, pressMs, moveMs }: Customer,
): Readonly<Record<string, number>> {
  const vary = (ms: number) => Math.round(Math.max(5, random.normal(ms, ms * 0.08)));
  return device.hasMouse
    ? { pressMs: vary(pressMs), moveMs: Math.round(handRandom.logNormal(moveMs, 0.15)) }
    : { tapMs: vary(tapMs) };
}
