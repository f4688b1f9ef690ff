import { type CandidateFlag, makeFlag } from './flag.js';
import type { RiskEvent } from './risk-event.js';
import type { DeviceUsers } from './shared-device.js';

const VERSION = 2;
const DAY_MS = 86_400_000;
const WINDOW_MS = 7 * DAY_MS;
/** Two families that borrow each other's phones are no more. */
const USERS_LEAST = 8;
/** Followed no further: a ring of so many is one. */
const USERS_MAX = 64;
/** Devices, and networks, remembered of one user. */
const LINKS_MAX = 8;
/** From a network that more order from, nobody is followed: it is a carrier's, an office's or a cafe's. */
const NETWORK_USERS_MOST = 4;
/** Who is joined by less is not followed. */
const STRENGTH_LEAST = 0.05;

/** Devices, or networks, that one user ordered from, and when last, the latest last. Plain data. */
export type OrderedFrom = [id: string, lastMs: number][];
/** Who ordered from one network, and when last: of many the latest, which is enough to know that they are many. Plain data. */
export type NetworkUsers = [userId: string, lastMs: number][];

/** Who ordered from where: the graph of users, devices and addresses, of those that are still known. */
export interface OrderLinks {
  readonly usersOf: (deviceId: string) => DeviceUsers | undefined;
  readonly devicesOf: (userId: string) => OrderedFrom | undefined;
  readonly usersOn: (address: string) => NetworkUsers | undefined;
  readonly networksOf: (userId: string) => OrderedFrom | undefined;
}

/** Takes a device or a network of the user in; whether it is one that the user had not ordered from in a week: only then anything is joined. */
export function isNewLink(known: OrderedFrom, id: string, atMs: number): boolean {
  const before = moveToEnd(known, id, atMs, LINKS_MAX);
  return before === undefined || atMs - before >= WINDOW_MS;
}

export function noteNetworkUser(users: NetworkUsers, { userId, atMs }: RiskEvent): void {
  moveToEnd(users, userId, atMs, NETWORK_USERS_MOST + 1);
}

/** @returns when it was last there. */
function moveToEnd(list: [string, number][], id: string, atMs: number, max: number): number | undefined {
  let at = list.length - 1;
  while (at >= 0 && list[at]?.[0] !== id) at--;
  const known = list[at];
  if (!known) {
    list.push([id, atMs]);
    if (list.length > max) list.shift();
    return undefined;
  }
  const before = known[1];
  known[1] = Math.max(atMs, before);
  if (at === list.length - 1) return before; // as nearly always
  list.splice(at, 1);
  list.push(known);
  return before;
}

/** What is joined to the event's device. */
interface Joined {
  /** Users by how strongly they are: 1 by devices alone. */
  readonly users: ReadonlyMap<string, number>;
  readonly devices: readonly DeviceUsers[];
  readonly networks: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

/**
 * Finds rings: many users joined by devices that each of them orders from, though no device has many. The graph is followed from
 * the event's device, the strongest link first, along orders of the last seven days. A device joins users wholly. A network, which
 * strangers share, joins them by the share that one of its users, and one of the networks of each, is: however many it leads to,
 * networks alone add up to no more than {@link NETWORK_USERS_MOST}, half a ring.
 *
 * @see L. Akoglu, H. Tong, D. Koutra, "Graph based anomaly detection and description: a survey", 2015, section 3.
 */
export function findAccountRing(event: RiskEvent, links: OrderLinks): CandidateFlag | undefined {
  const { atMs } = event;
  const joined = follow(event, links);
  const count = [...joined.users.values()].reduce((sum, strength) => sum + strength, 0);
  const isTold = joined.devices.some(({ toldMs }) => toldMs >= 0 && Math.abs(atMs - toldMs) < DAY_MS);
  if (isTold || count < USERS_LEAST) return undefined;
  for (const one of joined.devices) one.toldMs = atMs; // told of one of its devices it is told of all
  return flagOf(event, joined, count);
}

function follow({ atMs, deviceId }: RiskEvent, links: OrderLinks): Joined {
  const lately = <T extends [string, number]>(list: readonly T[] = []) =>
    list.filter(([, lastMs]) => Math.abs(atMs - lastMs) < WINDOW_MS);
  const users = new Map<string, number>();
  const waiting: { readonly userId: string; readonly strength: number }[] = [];
  const seen = { devices: new Set<string>(), networks: new Set<string>() };
  const devices: DeviceUsers[] = [];
  let [networks, firstMs, latestMs] = [0, atMs, atMs];

  function reach(found: readonly [string, number][], strength: number): void {
    for (const [userId, lastMs] of found) {
      firstMs = Math.min(firstMs, lastMs);
      latestMs = Math.max(latestMs, lastMs);
      if (!users.has(userId)) waiting.push({ userId, strength });
    }
  }
  function openDevice(id: string, strength: number): void {
    if (seen.devices.has(id)) return;
    seen.devices.add(id);
    const known = links.usersOf(id);
    const found = lately(known?.users);
    if (known && found.length > 1) devices.push(known);
    reach(found, strength);
  }
  function openNetwork(address: string, strength: number): void {
    if (seen.networks.has(address)) return;
    seen.networks.add(address);
    const found = lately(links.usersOn(address));
    const own = strength / found.length;
    if (found.length < 2 || found.length > NETWORK_USERS_MOST || own < STRENGTH_LEAST) return;
    networks++;
    reach(found, own);
  }

  openDevice(deviceId, 1);
  while (waiting.length > 0 && users.size < USERS_MAX) {
    const best = waiting.reduce((most, one, i) => (one.strength > (waiting[most]?.strength ?? 0) ? i : most), 0);
    const [next] = waiting.splice(best, 1);
    if (!next || users.has(next.userId)) continue;
    const { userId, strength } = next;
    users.set(userId, strength);
    for (const [id] of lately(links.devicesOf(userId))) openDevice(id, strength);
    const own = lately(links.networksOf(userId));
    for (const [address] of own) openNetwork(address, strength / own.length);
  }
  return { users, devices, networks, firstMs, lastMs: latestMs };
}

function flagOf({ deviceId }: RiskEvent, joined: Joined, count: number): CandidateFlag {
  const { users, devices, networks, firstMs, lastMs } = joined;
  const many = `${users.size}${users.size >= USERS_MAX ? ' or more' : ''} users are joined by ${devices.length} devices`;
  const byNetworks = `, and by ${networks} networks that few others use; who is joined by these counts less: ${count.toFixed(1)} in all`;
  return makeFlag(
    {
      kind: 'shared_device_ring',
      entityKind: 'device',
      entityId: deviceId,
      firstMs,
      lastMs,
      windowMs: DAY_MS,
      // Were every fourth user joined to a further one.
      surprise: (count - 1) * Math.log(4),
      evidence: [
        {
          metric: 'users joined by devices they share in 7 days',
          observed: count,
          expectedLow: 0,
          expectedHigh: USERS_LEAST - 1,
          baselineSpanMs: 0,
          n: devices.length,
        },
      ],
      reasons: [
        {
          code: 'joined_users',
          text: `${many} that two or more of them ordered from within seven days${count < users.size ? byNetworks : ''}.`,
        },
      ],
    },
    VERSION,
  );
}
