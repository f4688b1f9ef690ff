import { type CandidateFlag, makeFlag } from './flag.js';
import type { RiskEvent } from './risk-event.js';

const VERSION = 1;
const DAY_MS = 86_400_000;
/** For so long a device and a network are new. */
const NEW_MS = 2 * DAY_MS;
/** Who has been known for less has nothing that a new device could differ from. */
const KNOWN_MS = DAY_MS;
const REMEMBERED = 16;

/** Since when one user is known, as part of its row, and which device and network were met last: by birth number of their rows. */
export const FIRST_ACQUAINTANCE: readonly number[] = [-1, 0, 0];
const [FIRST, DEVICE, NETWORK] = [0, 1, 2] as const;

/** Devices and networks of one user and since when each is known, the latest last. Plain data. */
export interface Acquaintances {
  devices: [string, number][];
  networks: [string, number][];
}

/**
 * Finds what a thief does first: a sensitive action from a device and a network that are both new to the user. A new phone at
 * home is none, nor is the own phone in a hotel.
 *
 * @param numbers - rows, of which that of the event's user has {@link FIRST_ACQUAINTANCE} from `at` on; takes the event in.
 * @param listsOf - of the user of such a row; asked only when the device or network is not the one met last.
 * @param device - birth number of the row of the event's device, 0 for none; `network` of its address.
 */
export function findNewDeviceAction(
  numbers: Float64Array,
  at: number,
  event: RiskEvent,
  listsOf: (at: number) => Acquaintances,
  device: number,
  network: number,
): CandidateFlag | undefined {
  const { atMs } = event;
  let firstMs = numbers[at + FIRST] ?? -1;
  if (firstMs < 0) {
    firstMs = atMs;
    numbers[at + FIRST] = atMs;
  }
  const isKnown =
    (device === 0 || numbers[at + DEVICE] === device) && (network === 0 || numbers[at + NETWORK] === network);
  if (isKnown && event.action !== 'sensitive') return undefined;
  numbers[at + DEVICE] = device;
  numbers[at + NETWORK] = network;
  return judge(event, listsOf(at), firstMs);
}

export function saveFirstMs(numbers: Float64Array, at: number): number {
  return numbers[at + FIRST] ?? -1;
}

export function loadFirstMs(value: unknown, numbers: Float64Array, at: number): void {
  if (typeof value === 'number') numbers[at + FIRST] = value;
}

function judge(event: RiskEvent, known: Acquaintances, firstMs: number): CandidateFlag | undefined {
  const { atMs, deviceId, address } = event;
  const deviceMs = sinceWhen(known.devices, deviceId, atMs);
  const networkMs = sinceWhen(known.networks, address, atMs);
  if (event.action !== 'sensitive' || deviceId === '' || address === '') return undefined;
  const isNew = atMs - deviceMs < NEW_MS && atMs - networkMs < NEW_MS;
  if (!isNew || Math.min(deviceMs, networkMs) - firstMs < KNOWN_MS) return undefined;
  const minutes = Math.round((atMs - deviceMs) / 60_000);
  const days = Math.round((deviceMs - firstMs) / DAY_MS);
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
          baselineSpanMs: deviceMs - firstMs,
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
