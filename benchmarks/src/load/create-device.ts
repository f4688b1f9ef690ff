import type { BatchContext, EpochMs, EventBatch, EventId, TrackedEvent, ViewId } from '@tidemark/protocol';
import { PROTOCOL_VERSION, TRANSITION_WAYS } from '@tidemark/protocol';
import { integerBetween, pick, type Random } from './random.js';
import { seededId } from './seeded-ids.js';

/** A made-up phone or browser with one queue: its events are numbered without gaps, as the SDK numbers them. */
export interface Device {
  /** The next events of its visit, packed as the SDK packs them. */
  nextBatch(eventCount: number, nowMs: EpochMs): EventBatch;
}

/** A batch so often begins a new session of the same visitor. */
const NEW_SESSION_RATIO = 0.05;
const PRODUCTS = 200;
const ARTICLES = 80;
const LOCALES = ['zh-CN', 'zh-HK', 'en-GB', 'de-DE'];
const TIME_ZONES = ['Asia/Shanghai', 'Asia/Hong_Kong', 'Europe/London', 'Europe/Berlin'];
const NETWORKS = ['wifi', '4g', '5g'];
const RELEASES = ['3.1.0', '3.1.1', '3.2.0'];
const SCREENS: readonly (readonly [number, number])[] = [
  [390, 844],
  [412, 915],
  [1920, 1080],
];
const TARGETS = ['buy', 'sell', 'details', 'compare', 'menu', 'search', 'yield-chart', 'faq'];
const MODULES = ['hero', 'new-products', 'ranking', 'news', 'recommendation'];
const GOALS = ['subscribed', 'risk-profile-done', 'account-opened'];
const CUSTOM_NAMES = ['filter_changed', 'calculator_used', 'chart_range', 'video_progress'];

interface View {
  readonly page: string;
  readonly viewId: ViewId;
  readonly productId: string;
}

export function createDevice(random: Random, bornAtMs: EpochMs): Device {
  const [screenWidth, screenHeight] = pick(random, SCREENS);
  const userId = random() < 0.4 ? { userId: `customer-${integerBetween(random, 1, 100_000)}` } : {};
  const fixed = {
    appId: 'fund-shop',
    release: pick(random, RELEASES),
    surface: random() < 0.7 ? ('h5' as const) : ('native' as const),
    sdk: { name: 'tidemark-web', version: '0.1.0' },
    queueId: seededId<BatchContext['queueId']>(random, bornAtMs),
    visitorId: seededId<BatchContext['visitorId']>(random, bornAtMs),
    ...userId,
    device: {
      screenWidth,
      screenHeight,
      locale: pick(random, LOCALES),
      timeZone: pick(random, TIME_ZONES),
      networkType: pick(random, NETWORKS),
    },
    consent: { analytics: 'granted' as const, risk: 'granted' as const },
  };
  let session = beginSession(random, bornAtMs);
  let view = beginView(random, bornAtMs);
  let before = view.page;
  let seq = 0;

  function nextEvent(nowMs: EpochMs): TrackedEvent {
    const kind = random();
    if (kind < 0.22) {
      before = view.page;
      view = beginView(random, nowMs);
    }
    const base = {
      eventId: seededId<EventId>(random, nowMs),
      seq: ++seq,
      occurredAt: nowMs,
      monotonicMs: nowMs - bornAtMs,
      page: view.page,
      viewId: view.viewId,
    };
    if (kind < 0.22) {
      if (fixed.surface === 'native')
        return { ...base, type: 'screen_view', title: view.productId, template: 'product' };
      return {
        ...base,
        type: 'page_view',
        url: `https://shop.example${view.page}?from=list&position=${integerBetween(random, 1, 40)}`,
        title: `Product ${view.productId}: prospectus and prices`,
        referrer: 'https://shop.example/products',
        template: 'product',
      };
    }
    if (kind < 0.42) {
      const dwellMs = integerBetween(random, 300, 90_000);
      const scrollDepthRatio = Math.round(random() * 100) / 100;
      return {
        ...base,
        type: 'view_end',
        dwellMs,
        visibleMs: dwellMs + 800,
        focusedMs: dwellMs + 200,
        scrollDepthRatio,
      };
    }
    if (kind < 0.62) return { ...base, type: 'click', target: pick(random, TARGETS) };
    if (kind < 0.76) {
      const visibleMs = integerBetween(random, 1_000, 8_000);
      return { ...base, type: 'exposure', module: pick(random, MODULES), visibleRatio: 0.5, visibleMs };
    }
    if (kind < 0.86) {
      const way = pick(random, TRANSITION_WAYS);
      return { ...base, type: 'transition', fromPage: before, way, modules: [pick(random, MODULES)] };
    }
    if (kind < 0.863) return { ...base, type: 'error', message: 'the chart has no data', source: 'chart.js' };
    if (kind < 0.865) return { ...base, type: 'alias', previousVisitorId: seededId(random, bornAtMs) };
    if (kind < 0.92) {
      const props = { productId: view.productId, value: integerBetween(random, 1, 500), expanded: random() < 0.5 };
      return { ...base, type: 'custom', name: pick(random, CUSTOM_NAMES), props };
    }
    const amount = integerBetween(random, 100, 5_000_000) / 100;
    if (kind < 0.96) return { ...base, type: 'conversion', goal: pick(random, GOALS), amount, currency: 'CNY' };
    return {
      ...base,
      type: 'order',
      orderId: `order-${base.eventId.slice(-12)}`,
      productId: view.productId,
      side: random() < 0.7 ? 'subscribe' : 'sell',
      phase: 'placed',
      shares: Math.round(amount),
      price: 1 + Math.round(random() * 1_000) / 10_000,
      currency: 'CNY',
    };
  }

  return {
    nextBatch(eventCount, nowMs) {
      if (random() < NEW_SESSION_RATIO) session = beginSession(random, nowMs);
      return {
        v: PROTOCOL_VERSION,
        batchId: seededId<EventBatch['batchId']>(random, nowMs),
        sentAt: nowMs,
        context: { ...fixed, ...session },
        events: Array.from({ length: eventCount }, () => nextEvent(nowMs)),
      };
    },
  };
}

function beginSession(random: Random, nowMs: EpochMs): Pick<BatchContext, 'sessionId' | 'sessionStartedAt'> {
  return { sessionId: seededId(random, nowMs), sessionStartedAt: nowMs };
}

function beginView(random: Random, nowMs: EpochMs): View {
  const productId = `F${String(integerBetween(random, 1, PRODUCTS)).padStart(5, '0')}`;
  const page = random() < 0.8 ? `/products/${productId}` : `/news/${integerBetween(random, 1, ARTICLES)}`;
  return { page, viewId: seededId(random, nowMs), productId };
}
