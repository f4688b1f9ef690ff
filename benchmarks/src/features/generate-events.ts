import type { FeatureEvent } from '@tidemark/analytics/features';
import { createRandom, integerBetween, pick, type Random } from '../load/random.js';
import { closes, customers, investors, PRODUCTS, rush } from './generate-orders.js';

/** A workspace's events of one seed: people of every kind that a feature may stumble over. */
export interface GeneratedSet {
  readonly workspaceId: string;
  readonly asOfMs: number;
  readonly utcOffsetMs: number;
  /** Each once. */
  readonly events: readonly FeatureEvent[];
  /** What is loaded, load by load: the same events out of order, with copies, the late ones last. */
  readonly loads: readonly (readonly FeatureEvent[])[];
}

const NO_ID = '00000000-0000-0000-0000-000000000000';
const DAY_MS = 86_400_000;
const AS_OF_MS = Date.UTC(2026, 2, 18, 6, 30);
const TEMPLATES = ['home', 'list', 'product', 'order', ''] as const;
const PATHS = ['/', '/list', '/p/1', '/p/2', '/p/3', '/orders', '/me'] as const;

/** Texts and numbers of an event that says nothing. */
const BLANK: Omit<FeatureEvent, 'eventId' | 'occurredAtMs' | 'receivedAtMs' | 'correctedAtMs' | 'type'> = {
  name: '',
  clockSkewMs: 0,
  historical: false,
  seq: 0,
  queueId: NO_ID,
  visitorId: NO_ID,
  sessionId: NO_ID,
  userId: '',
  accountId: '',
  surface: '',
  page: '',
  template: '',
  way: '',
  dwellMs: 0,
  visibleMs: 0,
  depthRatio: 0,
  amount: 0,
  currency: '',
  orderId: '',
  productId: '',
  side: '',
  phase: '',
  shares: 0,
  price: 0,
  value: 0,
  periodAtMs: 0,
  revision: 0,
  ipPrefix: '',
  country: '',
  isBot: false,
};

/** One device of one person, and how it goes about. */
interface Device {
  readonly identity: Partial<FeatureEvent>;
  /** Times of what it does, in any order. */
  readonly times: readonly number[];
}

/** @param seed - the same set for the same seed. */
export function generateSet(seed: number): GeneratedSet {
  const random = createRandom(seed * 7_919 + 1);
  const ids = createIds(random);
  const events: FeatureEvent[] = [];
  const people = integerBetween(random, 4, 9);
  for (let person = 0; person < people; person++) {
    const userId = random() < 0.75 ? `u${person}` : '';
    for (let device = integerBetween(random, 1, 2); device > 0; device--) {
      events.push(...live(deviceOf(random, ids, userId), random, ids));
    }
  }
  const users = [...new Set(events.map(({ userId }) => userId).filter((id) => id !== ''))];
  const told = [...rush(random, users), ...closes(random), ...investors(random), ...customers(random)];
  events.push(...told.map(({ atMs, ...event }) => stamp(event, AS_OF_MS - atMs, random, ids)));
  events.push(...rates(createRandom(seed + 91), ids));
  return {
    workspaceId: `seed-${seed}`,
    asOfMs: AS_OF_MS,
    utcOffsetMs: 8 * 3_600_000,
    events,
    loads: loadsOf(random, events),
  };
}

/** A loan rate month by month, some of it corrected, published late or about a month to come; every fourth world has none. */
function rates(random: Random, ids: () => string): FeatureEvent[] {
  if (random() < 0.25) return [];
  return Array.from({ length: 14 }, (_, month) => month - 1).flatMap((month) => {
    const periodAtMs = Date.UTC(2026, 2 - month, 1);
    const point = (revision: number) => ({
      type: 'macro_point' as const,
      name: random() < 0.9 ? 'loan_rate_1y' : 'another_rate',
      periodAtMs,
      revision,
      value: integerBetween(random, 300, 420) / 100,
    });
    const knownAtMs = periodAtMs + integerBetween(random, -20, 40) * DAY_MS;
    const first = stamp(point(0), knownAtMs, random, ids);
    return random() < 0.7 ? [first] : [first, stamp(point(1), knownAtMs + 30 * DAY_MS, random, ids)];
  });
}

/** Ids that sort as they please, like those of many devices. */
function createIds(random: Random): () => string {
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => integerBetween(random, 0, 15).toString(16)).join('');
  return () => `${hex(8)}-${hex(4)}-7${hex(3)}-8${hex(3)}-${hex(12)}`;
}

function deviceOf(random: Random, ids: () => string, userId: string): Device {
  const historical = random() < 0.1;
  return {
    identity: {
      queueId: ids(),
      visitorId: ids(),
      userId,
      accountId: random() < 0.3 ? 'org' : '',
      surface: random() < 0.4 ? 'native' : 'h5',
      clockSkewMs: historical || random() < 0.7 ? 0 : integerBetween(random, -90_000, 90_000),
      historical,
      isBot: random() < 0.1,
    },
    times: timesOf(random),
  };
}

/** A habit: a clock, a burst, a single act, a moment that everything happens in, the edges of all windows, or just life. */
function timesOf(random: Random): number[] {
  const kind = integerBetween(random, 0, 6);
  const many = integerBetween(random, 2, 40);
  if (kind === 0) return [AS_OF_MS - integerBetween(random, 0, 40) * DAY_MS];
  if (kind === 1) return Array.from({ length: many }, (_, i) => AS_OF_MS - DAY_MS - i * 600_000);
  if (kind === 2) return Array.from({ length: many }, () => AS_OF_MS - integerBetween(random, 0, 20_000));
  if (kind === 3) return new Array<number>(5).fill(AS_OF_MS - 3 * DAY_MS);
  if (kind === 4) {
    const edges = [60_000, 600_000, 3_600_000, DAY_MS, 7 * DAY_MS, 30 * DAY_MS, 90 * DAY_MS, 365 * DAY_MS];
    return [...edges.flatMap((edge) => [edge - 1, edge, edge + 1]), 0, -1].map((ageMs) => AS_OF_MS - ageMs);
  }
  return Array.from({ length: many }, () => AS_OF_MS - Math.floor(random() ** 3 * 120 * DAY_MS));
}

/** What the device tells of what happens at its times. */
function live({ identity, times }: Device, random: Random, ids: () => string): FeatureEvent[] {
  const events: FeatureEvent[] = [];
  let [seq, sessionId, lastMs] = [integerBetween(random, 1, 50), ids(), Number.NEGATIVE_INFINITY];
  let network = networkOf(random);
  for (const atMs of times.toSorted((a, b) => a - b)) {
    if (atMs - lastMs > 1_800_000) sessionId = ids();
    lastMs = atMs;
    if (random() < 0.2) network = networkOf(random);
    seq += random() < 0.1 ? 3 : 1; // what lies between was lost
    const told = tell(random);
    const who = told.type === 'order_fill' || told.type === 'order_end' || told.type === 'settlement';
    const server = { userId: identity.userId ?? '', accountId: identity.accountId ?? '' };
    const device = { ...identity, ...network, seq, sessionId };
    events.push(stamp({ ...told, ...(who ? server : device) }, atMs, random, ids));
  }
  return events;
}

const networkOf = (random: Random) => ({
  ipPrefix: pick(random, ['10.0.0.0/24', '10.0.1.0/24', '2001:db8::/48', '']),
  country: pick(random, ['CN', 'DE', '']),
});

function tell(random: Random): Partial<FeatureEvent> & Pick<FeatureEvent, 'type'> {
  const page = pick(random, PATHS);
  const order = {
    orderId: `o${integerBetween(random, 1, 12)}-${page.length}`,
    productId: pick(random, PRODUCTS),
    side: random() < 0.6 ? 'subscribe' : 'sell',
    shares: integerBetween(random, 1, 400) * 25,
    price: integerBetween(random, 9_000, 11_000) / 10_000,
    currency: random() < 0.9 ? 'CNY' : 'USD',
  };
  const { price: _price, currency: _currency, ...priceless } = order;
  const kind = random();
  if (kind < 0.3)
    return { type: random() < 0.7 ? 'page_view' : 'screen_view', page, template: pick(random, TEMPLATES) };
  if (kind < 0.45) {
    const visibleMs = integerBetween(random, 0, 60_000);
    const depthRatio = Math.fround(random());
    return { type: 'view_end', page, dwellMs: Math.floor(visibleMs * random()), visibleMs, depthRatio };
  }
  if (kind < 0.52) return { type: 'click', page, name: 'buy' };
  if (kind < 0.55) return { type: 'form_start', page, name: 'order' };
  if (kind < 0.58) return { type: 'transition', page, way: pick(random, ['link', 'back', 'bridge_call', 'deep_link']) };
  if (kind < 0.61) return { type: 'error', page };
  if (kind < 0.64) return { type: 'conversion', page, name: 'signup' };
  if (kind < 0.66) return { type: 'custom', page, name: random() < 0.5 ? 'dispute' : 'other' };
  if (kind < 0.7) return { type: 'order', ...order, phase: 'intent', page };
  if (kind < 0.84) return { type: 'order', ...order, phase: random() < 0.85 ? 'placed' : 'cancelled', page };
  if (kind < 0.93) return { type: 'order_fill', ...order, phase: 'filled' };
  if (kind < 0.96)
    return { type: 'order_end', ...priceless, phase: pick(random, ['cancelled', 'expired', 'rejected']), shares: 0 };
  const { price, ...settled } = order;
  return { type: 'settlement', ...settled, amount: Math.round(order.shares * price * 10_000) / 10_000 };
}

function stamp(
  event: Partial<FeatureEvent> & Pick<FeatureEvent, 'type'>,
  occurredAtMs: number,
  random: Random,
  ids: () => string,
): FeatureEvent {
  const correctedAtMs = occurredAtMs + (event.clockSkewMs ?? 0);
  const lateMs = Math.floor(random() ** 4 * 4 * 3_600_000);
  return { ...BLANK, ...event, eventId: ids(), occurredAtMs, correctedAtMs, receivedAtMs: correctedAtMs + lateMs };
}

/** Out of order, in three loads, the last of which brings copies of what was there and what came late. */
function loadsOf(random: Random, events: readonly FeatureEvent[]): FeatureEvent[][] {
  const shuffled = events.map((event) => ({ event, at: random() })).toSorted((a, b) => a.at - b.at);
  const loads: FeatureEvent[][] = [[], [], []];
  for (const { event, at } of shuffled) loads[at < 0.5 ? 0 : at < 0.85 ? 1 : 2]?.push(event);
  for (const { event } of shuffled) if (random() < 0.15) loads[2]?.push(event);
  return loads;
}
