import { type CandidateFlag, makeFlag } from './flag.js';
import type { RiskEvent } from './risk-event.js';

const VERSION = 1;
const DAY_MS = 86_400_000;
/** For so long a device and a network are new. */
const NEW_MS = 2 * DAY_MS;
/** Who has been known for less has nothing that a new device could differ from. */
const KNOWN_MS = DAY_MS;
const REMEMBERED = 16;

/** Devices and networks of one user and since when each is known, the latest last. Plain data. */
export interface Acquaintance {
  firstMs: number;
  devices: [string, number][];
  networks: [string, number][];
}

export function newAcquaintance(): Acquaintance {
  return { firstMs: -1, devices: [], networks: [] };
}

/**
 * Finds what a thief does first: a sensitive action from a device and a network that are both new to the user. A new phone at
 * home is none, nor is the own phone in a hotel.
 *
 * @param known - of the event's user; takes the event in.
 */
export function findNewDeviceAction(known: Acquaintance, event: RiskEvent): CandidateFlag | undefined {
  const { atMs, deviceId, address } = event;
  if (known.firstMs < 0) known.firstMs = atMs;
  const deviceMs = sinceWhen(known.devices, deviceId, atMs);
  const networkMs = sinceWhen(known.networks, address, atMs);
  if (event.action !== 'sensitive' || deviceId === '' || address === '') return undefined;
  const isNew = atMs - deviceMs < NEW_MS && atMs - networkMs < NEW_MS;
  if (!isNew || Math.min(deviceMs, networkMs) - known.firstMs < KNOWN_MS) return undefined;
  const minutes = Math.round((atMs - deviceMs) / 60_000);
  const days = Math.round((deviceMs - known.firstMs) / DAY_MS);
  return makeFlag(
    {
      kind: 'new_device_sensitive_action',
      entityKind: 'user',
      entityId: event.userId,
      firstMs: Math.min(deviceMs, networkMs),
      lastMs: atMs,
      windowMs: DAY_MS,
      // Each new device and each new network a share of 1 in 100 of days, and a sensitive action in it one in 10.
      surprise: Math.log(1e5),
      evidence: [
        {
          metric: 'minutes that the device has been known',
          observed: minutes,
          expectedLow: NEW_MS / 60_000,
          expectedHigh: Number.MAX_VALUE,
          baselineSpanMs: deviceMs - known.firstMs,
          n: known.devices.length,
        },
      ],
      reasons: [
        { code: 'new_device', text: `The device was first seen with this user ${minutes} minutes before.` },
        { code: 'new_network', text: `So was the network; the user has been known for ${days} days.` },
        { code: 'sensitive_action', text: 'What was done moves money or access.' },
      ],
    },
    VERSION,
  );
}

/** Since when one of the list is known; it becomes known when it was not. Mostly it is the last. */
function sinceWhen(list: [string, number][], id: string, atMs: number): number {
  if (id === '') return atMs;
  for (let i = list.length - 1; i >= 0; i--) {
    const one = list[i];
    if (one && one[0] === id) return one[1];
  }
  list.push([id, atMs]);
  if (list.length > REMEMBERED) list.shift();
  return atMs;
}
