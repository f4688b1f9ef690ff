import { type CandidateFlag, makeFlag } from './flag.js';
import type { RiskEvent } from './risk-event.js';
import type { DeviceUsers } from './shared-device.js';

const VERSION = 1;
const DAY_MS = 86_400_000;
const WINDOW_MS = 7 * DAY_MS;
/** Two families that borrow each other's phones are no more. */
const USERS_LEAST = 8;
/** Followed no further: a ring of so many is one. */
const USERS_MAX = 64;
/** Devices remembered of one user. */
const DEVICES_MAX = 8;

/** Devices that one user ordered from, and when last, the latest last. Plain data. */
export type OrderedFrom = [deviceId: string, lastMs: number][];

/** Who ordered from where: the graph of users and devices, of those that are still known. */
export interface OrderLinks {
  readonly usersOf: (deviceId: string) => DeviceUsers | undefined;
  readonly devicesOf: (userId: string) => OrderedFrom | undefined;
}

/** Takes the event's device in; whether it is one that the user had not ordered from in a week: only then anything is joined. */
export function isNewLink(devices: OrderedFrom, { deviceId, atMs }: RiskEvent): boolean {
  const last = devices.at(-1);
  if (last && last[0] === deviceId && atMs - last[1] < WINDOW_MS) {
    last[1] = Math.max(atMs, last[1]);
    return false; // as nearly always
  }
  const at = devices.findIndex(([id]) => id === deviceId);
  const [known] = at < 0 ? [] : devices.splice(at, 1);
  devices.push([deviceId, Math.max(atMs, known?.[1] ?? atMs)]);
  if (devices.length > DEVICES_MAX) devices.shift();
  return known === undefined || atMs - known[1] >= WINDOW_MS;
}

/**
 * Finds rings: many users joined by devices that each of them orders from, though no device has many. The graph is followed from
 * the event's device, breadth first, along orders of the last seven days.
 *
 * @see L. Akoglu, H. Tong, D. Koutra, "Graph based anomaly detection and description: a survey", 2015, section 3.
 */
export function findAccountRing(event: RiskEvent, links: OrderLinks): CandidateFlag | undefined {
  const { atMs, deviceId } = event;
  const isLately = (lastMs: number) => Math.abs(atMs - lastMs) < WINDOW_MS;
  const users = new Set<string>();
  const devices = new Set([deviceId]);
  const joining: DeviceUsers[] = [];
  let firstMs = atMs;
  // A set that grows while it is walked is walked to its end.
  for (const device of devices) {
    const known = links.usersOf(device);
    const lately = known?.users.filter(([, lastMs]) => isLately(lastMs)) ?? [];
    if (known && lately.length > 1) joining.push(known);
    for (const [userId, lastMs] of lately) {
      if (users.size >= USERS_MAX) break;
      firstMs = Math.min(firstMs, lastMs);
      users.add(userId);
      for (const [id, usedMs] of links.devicesOf(userId) ?? []) if (isLately(usedMs)) devices.add(id);
    }
  }
  const isTold = joining.some(({ toldMs }) => toldMs >= 0 && Math.abs(atMs - toldMs) < DAY_MS);
  if (isTold || users.size < USERS_LEAST) return undefined;
  for (const one of joining) one.toldMs = atMs; // told of one of its devices it is told of all
  return flagOf(event, firstMs, users.size, joining.length);
}

function flagOf({ atMs, deviceId }: RiskEvent, firstMs: number, users: number, devices: number): CandidateFlag {
  return makeFlag(
    {
      kind: 'shared_device_ring',
      entityKind: 'device',
      entityId: deviceId,
      firstMs,
      lastMs: atMs,
      windowMs: DAY_MS,
      // Were every fourth user joined to a further one.
      surprise: (users - 1) * Math.log(4),
      evidence: [
        {
          metric: 'users joined by devices they share in 7 days',
          observed: users,
          expectedLow: 0,
          expectedHigh: USERS_LEAST - 1,
          baselineSpanMs: 0,
          n: devices,
        },
      ],
      reasons: [
        {
          code: 'joined_users',
          text: `${users}${users >= USERS_MAX ? ' or more' : ''} users are joined by ${devices} devices that two or more of them ordered from within seven days.`,
        },
      ],
    },
    VERSION,
  );
}
