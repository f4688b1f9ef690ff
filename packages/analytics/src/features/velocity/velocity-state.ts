import type { EpochMs } from '@tidemark/protocol';
import { type FeatureEvent, isPlaced, isView, NO_ID } from '../event.js';
import { addCounts, type Buckets, type Counts, mergeOld, startsOf } from './counts.js';
import { addToSession, type SessionSoFar } from './open-sessions.js';
import { addId, noIds, type RecentIds } from './recent-ids.js';

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
  readonly placed: RecentIds;
  readonly cancelled: RecentIds;
  readonly filled: RecentIds;
  readonly currencies: RecentIds;
  readonly devices: RecentIds;
  readonly networks: RecentIds;
  readonly users: RecentIds;
  readonly sessions: SessionSoFar[];
  /** The clock as far as it has come: the state can answer as of this moment and later. */
  asOfMs: EpochMs;
  /** Events that were over 24 hours old when they came: in no window. */
  lateEvents: number;
}

const ORDERS_MAX = 128;
const IDS_MAX = 32;

export function emptyVelocity(): VelocityState {
  return {
    buckets: [],
    placed: noIds(),
    cancelled: noIds(),
    filled: noIds(),
    currencies: noIds(),
    devices: noIds(),
    networks: noIds(),
    users: noIds(),
    sessions: [],
    asOfMs: 0,
    lateEvents: 0,
  };
}

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
  state.buckets = mergeOld(state.buckets, starts);
  for (const act of acts) {
    const { event, atMs } = act;
    if (!(atMs >= earliestMs)) {
      state.lateEvents += 1;
      continue;
    }
    addCounts(state.buckets, atMs, act.counts, starts);
    addId(state.devices, event.queueId === NO_ID ? '' : event.queueId, atMs, IDS_MAX);
    addId(state.networks, event.ipPrefix, atMs, IDS_MAX);
    addId(state.users, event.userId, atMs, IDS_MAX);
    if (act.isPlaced) {
      addId(state.placed, event.orderId, atMs, ORDERS_MAX);
      addId(state.currencies, event.currency, atMs, IDS_MAX);
    }
    if (act.isCancelled) addId(state.cancelled, event.orderId, atMs, ORDERS_MAX);
    if (act.isFilled) addId(state.filled, event.orderId, atMs, ORDERS_MAX);
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
