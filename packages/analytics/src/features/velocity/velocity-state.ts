import type { EpochMs } from '@tidemark/protocol';
import { type FeatureEvent, isPlaced, isView, NO_ID } from '../event.js';
import { addCounts, type Buckets, type Counts, mergedOld, startsOf } from './counts.js';
import { addToSession, type SessionSoFar } from './open-sessions.js';
import { NO_IDS, type RecentIds, withId } from './recent-ids.js';

/** What velocity needs of an event. */
export type VelocityEvent = Pick<
  FeatureEvent,
  | 'eventId'
  | 'type'
  | 'occurredAtMs'
  | 'receivedAtMs'
  | 'seq'
  | 'queueId'
  | 'sessionId'
  | 'userId'
  | 'ipPrefix'
  | 'orderId'
  | 'phase'
  | 'shares'
  | 'price'
  | 'currency'
>;

/**
 * The last 24 hours of one subject, small whatever it does: at most some 260 buckets, 3 x 128 orders, 3 x 32 other ids and 4
 * sessions. Plain data: JSON and back it is the same. The order in which events are added makes no difference to its counts.
 */
export interface VelocityState {
  buckets: Buckets;
  placed: RecentIds;
  cancelled: RecentIds;
  filled: RecentIds;
  currencies: RecentIds;
  devices: RecentIds;
  networks: RecentIds;
  users: RecentIds;
  readonly sessions: SessionSoFar[];
  /** The clock as far as it has come: the state can answer as of this moment and later. */
  asOfMs: EpochMs;
  /** As of when what had become old was last made coarse. */
  mergedMs: EpochMs;
  /** Events that were over 24 hours old when they came: in no window. */
  lateEvents: number;
}

const ORDERS_MAX = 128;
const IDS_MAX = 32;
/** So many numbers of buckets may pile up before it is looked whether some have become old. */
const MERGE_AT = 120;
/** Looking more often would be work for nothing: fewer than that become old meanwhile. */
const MERGE_EVERY_MS = 10_000;

export function emptyVelocity(): VelocityState {
  return {
    buckets: [],
    placed: NO_IDS,
    cancelled: NO_IDS,
    filled: NO_IDS,
    currencies: NO_IDS,
    devices: NO_IDS,
    networks: NO_IDS,
    users: NO_IDS,
    sessions: [],
    asOfMs: 0,
    mergedMs: 0,
    lateEvents: 0,
  };
}

/** About what a state takes in memory, bytes, by what V8 makes of it: exact to a quarter on sets of subjects. */
export function velocityBytes(state: VelocityState): number {
  let bytes = STATE_BYTES + state.buckets.length * 10 + state.sessions.length * SESSION_BYTES;
  for (const recent of [state.placed, state.cancelled, state.filled, state.currencies]) bytes += idsBytes(recent);
  for (const recent of [state.devices, state.networks, state.users]) bytes += idsBytes(recent);
  return bytes;
}

const STATE_BYTES = 560;
const SESSION_BYTES = 220;
const idsBytes = ({ ids }: RecentIds): number => (ids.length === 0 ? 0 : 120 + ids.length * 72);

/** An event, looked at once for all the subjects that it is of. */
export interface VelocityAct {
  readonly event: VelocityEvent;
  /** When it happened; when it was received where the device's clock is ahead, since nothing is received before it happens. */
  readonly atMs: EpochMs;
  readonly counts: Counts;
  readonly isPlaced: boolean;
  readonly isCancelled: boolean;
  readonly isFilled: boolean;
  readonly isView: boolean;
}

/** What an event counts for is the same for most: nothing is made anew for them. */
const OTHER: Counts = { events: 1, views: 0, clicks: 0, amount: 0 };
const VIEW: Counts = { ...OTHER, views: 1 };
const CLICK: Counts = { ...OTHER, clicks: 1 };

export function velocityAct(event: VelocityEvent): VelocityAct {
  const { type, occurredAtMs, receivedAtMs } = event;
  const [placed, view] = [isPlaced(event), isView(event)];
  return {
    event,
    atMs: Math.min(occurredAtMs, receivedAtMs),
    counts: placed ? { ...OTHER, amount: event.shares * event.price } : view ? VIEW : type === 'click' ? CLICK : OTHER,
    isPlaced: placed,
    isCancelled: isCancelled(event),
    isFilled: isFilled(event),
    isView: view,
  };
}

export function isCancelled({ type, phase }: Pick<FeatureEvent, 'type' | 'phase'>): boolean {
  return phase === 'cancelled' && (type === 'order' || type === 'order_end');
}

/** Filled whole. */
export function isFilled({ type, phase }: Pick<FeatureEvent, 'type' | 'phase'>): boolean {
  return phase === 'filled' && (type === 'order' || type === 'order_fill');
}

/**
 * Takes events in; the state is changed in place, and nothing else is. Who adds an event twice counts it twice.
 *
 * @param nowMs - the collector's clock; one that goes back is taken to stand still.
 */
export function addToVelocity(state: VelocityState, acts: readonly VelocityAct[], nowMs: EpochMs): void {
  state.asOfMs = Math.max(state.asOfMs, nowMs);
  const starts = startsOf(state.asOfMs);
  const earliestMs = starts.at(-1) ?? 0;
  if (state.buckets.length >= MERGE_AT && state.asOfMs - state.mergedMs >= MERGE_EVERY_MS) {
    state.buckets = mergedOld(state.buckets, starts);
    state.mergedMs = state.asOfMs;
  }
  for (const act of acts) {
    const { event, atMs } = act;
    if (!(atMs >= earliestMs)) {
      state.lateEvents += 1;
      continue;
    }
    addCounts(state.buckets, atMs, act.counts, starts);
    state.devices = withId(state.devices, event.queueId === NO_ID ? '' : event.queueId, atMs, IDS_MAX);
    state.networks = withId(state.networks, event.ipPrefix, atMs, IDS_MAX);
    state.users = withId(state.users, event.userId, atMs, IDS_MAX);
    if (act.isPlaced) {
      state.placed = withId(state.placed, event.orderId, atMs, ORDERS_MAX);
      state.currencies = withId(state.currencies, event.currency, atMs, IDS_MAX);
    }
    if (act.isCancelled) state.cancelled = withId(state.cancelled, event.orderId, atMs, ORDERS_MAX);
    if (act.isFilled) state.filled = withId(state.filled, event.orderId, atMs, ORDERS_MAX);
    if (event.sessionId !== NO_ID && event.sessionId !== '') {
      addToSession(state.sessions, atMs, {
        sessionId: event.sessionId,
        eventId: event.eventId,
        seq: event.seq,
        isView: act.isView,
      });
    }
  }
}
