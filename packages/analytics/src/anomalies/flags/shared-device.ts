import { type CandidateFlag, makeFlag } from './flag.js';
import type { RiskEvent } from './risk-event.js';

const VERSION = 1;
const DAY_MS = 86_400_000;
const WINDOW_MS = 7 * DAY_MS;
/** A family has four; a phone that orders for more is handed round. */
const USERS_LEAST = 5;
const USERS_MAX = 32;

/** Who ordered from one device, and when last. Plain data. */
export interface DeviceUsers {
  users: [string, number][];
  toldMs: number;
}

export function newDeviceUsers(): DeviceUsers {
  return { users: [], toldMs: -1 };
}

/**
 * Finds devices from which many users order within a week: accounts that belong to one hand.
 *
 * @param known - of the event's device, whose user orders; takes the event in.
 */
export function findSharedDevice(known: DeviceUsers, event: RiskEvent): CandidateFlag | undefined {
  const { userId, atMs } = event;
  const own = known.users.find(([id]) => id === userId);
  if (own) {
    own[1] = Math.max(own[1], atMs);
    return undefined;
  }
  known.users = known.users.filter(([, lastMs]) => atMs - lastMs < WINDOW_MS);
  known.users.push([userId, atMs]);
  if (known.users.length > USERS_MAX) known.users.shift();
  const n = known.users.length;
  if (n < USERS_LEAST || (known.toldMs >= 0 && Math.abs(atMs - known.toldMs) < DAY_MS)) return undefined;
  known.toldMs = atMs;
  return makeFlag(
    {
      kind: 'shared_device_ring',
      entityKind: 'device',
      entityId: event.deviceId,
      firstMs: Math.min(...known.users.map(([, lastMs]) => lastMs)),
      lastMs: Math.max(...known.users.map(([, lastMs]) => lastMs)),
      windowMs: DAY_MS,
      // Were each further user of a device ten times rarer than the one before.
      surprise: (n - 1) * Math.log(10),
      evidence: [
        {
          metric: 'users who order from one device in 7 days',
          observed: n,
          expectedLow: 0,
          expectedHigh: USERS_LEAST - 1,
          baselineSpanMs: 0,
          n,
        },
      ],
      reasons: [{ code: 'many_users_one_device', text: `${n} users have ordered from one device within seven days.` }],
    },
    VERSION,
  );
}
