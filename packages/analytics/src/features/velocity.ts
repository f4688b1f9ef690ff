import { countOf, distinctOf, type StoreFeature } from './definition.js';
import { type FeatureEvent, isPlaced, isView, NO_ID, type SubjectKind } from './event.js';
import { SESSION_GAP_MS } from './velocity/open-sessions.js';
import { isCancelled, isFilled } from './velocity/velocity-state.js';
import { VELOCITY_SPAN_MS, VELOCITY_WINDOWS, type VelocityWindow } from './velocity/windows.js';

/** Whom memory knows at ingest; others go by the store. */
export const LIVE_KINDS = ['visitor', 'user', 'device'] as const satisfies readonly SubjectKind[];
export type LiveKind = (typeof LIVE_KINDS)[number];

const base = {
  source: 'velocity checks of fraud detection, by convention',
  freshness: 'velocity',
  computedIn: 'store',
  absentReason: 'no_events',
  unit: 'count',
} as const;
const ordersIn = (events: readonly FeatureEvent[], test: (event: FeatureEvent) => boolean): number =>
  distinctOf(events.filter(test), ({ orderId }) => orderId);

/** What is counted in each window. */
function inWindow({ name, windowMs }: VelocityWindow): StoreFeature[] {
  const window = { ...base, windowMs, subjects: LIVE_KINDS };
  const orders = (what: string, definition: string, test: (event: FeatureEvent) => boolean): StoreFeature => ({
    ...window,
    name: `${what}_${name}`,
    definition,
    oracle: (events) => ordersIn(events, test),
  });
  return [
    {
      ...window,
      name: `events_${name}`,
      subjects: [...LIVE_KINDS, 'workspace'],
      definition: 'Events of all types.',
      oracle: (events) => events.length,
    },
    {
      ...window,
      name: `views_${name}`,
      definition: 'Page and screen views.',
      oracle: (events) => countOf(events, isView),
    },
    {
      ...window,
      name: `clicks_${name}`,
      definition: 'Clicks on named things.',
      oracle: (events) => countOf(events, ({ type }) => type === 'click'),
    },
    {
      ...orders('orders', 'Different orders placed.', isPlaced),
      subjects: [...LIVE_KINDS, 'organisation', 'product', 'workspace'],
    },
    orders('orders_cancelled', 'Different orders cancelled.', isCancelled),
    orders('orders_filled', 'Different orders filled whole.', isFilled),
    {
      ...window,
      name: `order_amount_${name}`,
      unit: 'currency',
      definition: 'Shares times price over placements, when they are all of one currency.',
      absentReason: 'mixed_currencies',
      oracle: (events) => {
        const placed = events.filter(isPlaced);
        if (distinctOf(placed, ({ currency }) => currency) > 1) return undefined;
        return placed.reduce((sum, { shares, price }) => sum + shares * price, 0);
      },
    },
  ];
}

const day = { ...base, windowMs: VELOCITY_SPAN_MS } as const;

const distinctFeature = (
  name: string,
  subjects: readonly LiveKind[],
  definition: string,
  of: (event: FeatureEvent) => string,
): StoreFeature => ({
  ...day,
  name,
  subjects,
  definition,
  oracle: (events) =>
    distinctOf(
      events.filter((event) => of(event) !== '' && of(event) !== NO_ID),
      of,
    ),
});

/** How much within minutes and hours. */
export const VELOCITY_FEATURES: readonly StoreFeature[] = [
  ...VELOCITY_WINDOWS.flatMap(inWindow),
  distinctFeature('devices_24h', ['visitor', 'user'], 'Different device queues.', ({ queueId }) => queueId),
  distinctFeature('networks_24h', LIVE_KINDS, 'Different networks (IPv4 /24, IPv6 /48).', ({ ipPrefix }) => ipPrefix),
  distinctFeature('users_24h', ['visitor', 'device'], 'Different users.', ({ userId }) => userId),
  {
    ...day,
    name: 'ms_since_last_order_24h',
    subjects: LIVE_KINDS,
    unit: 'milliseconds',
    definition: 'Time since an order was placed last.',
    absentReason: 'no_orders',
    oracle: (events, { asOfMs }) => {
      const last = events.findLast(isPlaced);
      return last && asOfMs - last.occurredAtMs;
    },
  },
  {
    ...day,
    name: 'session_length_ms_24h',
    subjects: LIVE_KINDS,
    unit: 'milliseconds',
    definition: 'From the first event of the session under way to its last; none after 30 minutes without one.',
    oracle: (events, { asOfMs }) => {
      const session = sessionUnderWay(events, asOfMs);
      const [first, last] = [session[0], session.at(-1)];
      return first && last && last.occurredAtMs - first.occurredAtMs;
    },
  },
  {
    ...day,
    name: 'session_views_24h',
    subjects: LIVE_KINDS,
    definition: 'Depth of the path: page and screen views of the session under way.',
    oracle: (events, { asOfMs }) => {
      const session = sessionUnderWay(events, asOfMs);
      return session.length === 0 ? undefined : countOf(session, isView);
    },
  },
];

/** Events of the session that the latest of them belongs to; none when that is over. */
function sessionUnderWay(events: readonly FeatureEvent[], asOfMs: number): readonly FeatureEvent[] {
  const last = events.findLast(({ sessionId }) => sessionId !== NO_ID && sessionId !== '');
  if (!last || asOfMs - last.occurredAtMs >= SESSION_GAP_MS) return [];
  return events.filter(({ sessionId }) => sessionId === last.sessionId);
}
