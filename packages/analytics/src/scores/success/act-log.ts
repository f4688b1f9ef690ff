import type { EpochMs } from '@tidemark/protocol';
import { readVelocity } from '../../features/velocity/read-velocity.js';
import {
  addToVelocity,
  emptyVelocity,
  type VelocityAct,
  type VelocityEvent,
  type VelocityState,
  velocityAct,
} from '../../features/velocity/velocity-state.js';
import { VELOCITY_SPAN_MS } from '../../features/velocity/windows.js';
import { NOTHING_DONE, NOTHING_KNOWN, type RecentColumns, recentOf } from './recent-columns.js';

/**
 * What users did, cut to what `RECENT_COLUMNS` count; a million acts cross into a thread within milliseconds. Ids are places in
 * `ids`, the first of which is nobody's.
 */
export interface ActLog {
  readonly ids: readonly string[];
  /** In any order; shape [acts] each. */
  readonly atMs: Float64Array;
  readonly user: Int32Array;
  readonly device: Int32Array;
  readonly order: Int32Array;
  /** Places in `KINDS`. */
  readonly kind: Uint8Array;
  /** What happened before is not in it: orders of the day after know nothing of their customer's last hours. */
  readonly sinceMs: EpochMs;
}

const KINDS = ['other', 'view', 'placed', 'cancelled'] as const;

export interface ActLogWriter {
  /** @param event - of a known user. */
  add(event: VelocityEvent): void;
  /** @param sinceMs - the log has everything from this moment on. */
  finish(sinceMs: EpochMs): ActLog;
}

export function createActLogWriter(): ActLogWriter {
  const places = new Map([['', 0]]);
  const placeOf = (id: string): number => {
    const known = places.get(id);
    if (known !== undefined) return known;
    places.set(id, places.size);
    return places.size - 1;
  };
  const acts: [atMs: number, user: number, device: number, order: number, kind: number][] = [];
  return {
    add(event) {
      const act = velocityAct(event);
      const ofOrder = act.isPlaced || act.isCancelled;
      acts.push([
        act.atMs,
        placeOf(event.userId),
        placeOf(event.queueId),
        ofOrder ? placeOf(event.orderId) : 0,
        KINDS.indexOf(act.isPlaced ? 'placed' : act.isCancelled ? 'cancelled' : act.isView ? 'view' : 'other'),
      ]);
    },
    finish: (sinceMs) => ({
      ids: [...places.keys()],
      atMs: Float64Array.from(acts, ([atMs]) => atMs),
      user: Int32Array.from(acts, (act) => act[1]),
      device: Int32Array.from(acts, (act) => act[2]),
      order: Int32Array.from(acts, (act) => act[3]),
      kind: Uint8Array.from(acts, (act) => act[4]),
      sinceMs,
    }),
  };
}

/**
 * Walks through a log with the very counts that serve.
 *
 * @returns what a user had done before a moment, acts of that very millisecond left out; moments must not go back.
 */
export function walkActs(log: ActLog): (userId: string, atMs: EpochMs) => RecentColumns {
  const { ids, atMs: times } = log;
  const order = Int32Array.from(times.keys()).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  const states = new Map<string, VelocityState>();
  let next = 0;

  function takeUntil(atMs: EpochMs): void {
    for (; next < order.length; next += 1) {
      const at = order[next] as number; // below its length
      const actMs = times[at] as number; // of the same shape
      if (actMs >= atMs) return;
      const userId = ids[log.user[at] ?? 0] ?? '';
      let state = states.get(userId);
      if (!state) {
        state = emptyVelocity();
        states.set(userId, state);
      }
      addToVelocity(state, [actOf(log, at)], actMs);
    }
  }

  return (userId, atMs) => {
    if (atMs - VELOCITY_SPAN_MS < log.sinceMs) return NOTHING_KNOWN;
    takeUntil(atMs);
    const state = states.get(userId);
    return state ? recentOf(readVelocity(state, atMs)) : NOTHING_DONE;
  };
}

function actOf({ ids, atMs, user, device, order, kind }: ActLog, at: number): VelocityAct {
  const is = KINDS[kind[at] ?? 0];
  return {
    event: {
      ...NO_EVENT,
      userId: ids[user[at] ?? 0] ?? '',
      queueId: ids[device[at] ?? 0] ?? '',
      orderId: ids[order[at] ?? 0] ?? '',
    },
    atMs: atMs[at] ?? 0,
    counts: { events: 1, views: is === 'view' ? 1 : 0, clicks: 0, amount: 0 },
    isPlaced: is === 'placed',
    isCancelled: is === 'cancelled',
    isFilled: false,
    isView: is === 'view',
  };
}

/** Fields that nothing here is counted by. */
const NO_EVENT: VelocityEvent = {
  eventId: '',
  type: '',
  occurredAtMs: 0,
  receivedAtMs: 0,
  seq: 0,
  queueId: '',
  sessionId: '',
  userId: '',
  ipPrefix: '',
  orderId: '',
  phase: '',
  shares: 0,
  price: 0,
  currency: '',
};
