import { lsvHerding } from '../../stats/index.js';
import { type CountBaseline, judgeCount, learnCount, newCountBaseline } from '../series/count-baseline.js';
import { type CandidateFlag, makeFlag } from './flag.js';
import type { RiskEvent } from './risk-event.js';

const VERSION = 1;
const MINUTE_MS = 60_000;
const WINDOW_MS = 15 * MINUTE_MS;
/** People that make a herd: fewer are somebody, not everybody. */
const TRADERS_LEAST = 8;
const TRADERS_MAX = 512;
/** One in a million windows is busier. */
const SURPRISE_LEAST = Math.log(1e6);
const EMPTY_WINDOWS_MAX = 672;
/** Who orders so soon after another may have followed. */
const FOLLOW_MS = MINUTE_MS;

/** Share of subscriptions among the orders of all products, running. Plain data. */
export interface MarketShare {
  n: number;
  share: number;
}

/** Subscriptions of one product in the window that is filling. Plain data but for the sets. */
export interface Herd {
  baseline: CountBaseline;
  fromMs: number;
  sinceMs: number;
  orders: number;
  buyers: Set<string>;
  sellers: Set<string>;
  lastMs: number;
  lastUser: string;
  followed: number;
  isTold: boolean;
}

export function newHerd(): Herd {
  return {
    baseline: newCountBaseline(),
    fromMs: -1,
    sinceMs: -1,
    orders: 0,
    buyers: new Set(),
    sellers: new Set(),
    lastMs: Number.NEGATIVE_INFINITY,
    lastUser: '',
    followed: 0,
    isTold: false,
  };
}

/**
 * Finds herds: far more subscriptions of a product than this hour of the week has, by many customers, on one side beyond chance.
 *
 * @param herd - of the product of the event's order; takes it in.
 * @param market - of all products; takes it in.
 * @see J. Lakonishok, A. Shleifer, R. Vishny, "The impact of institutional trading on stock prices", 1992.
 */
export function findHerdingSurge(herd: Herd, event: RiskEvent, market: MarketShare): CandidateFlag | undefined {
  const { order, atMs, userId } = event;
  if (!order) return undefined;
  const isBuy = order.side === 'subscribe';
  const fromMs = Math.floor(atMs / WINDOW_MS) * WINDOW_MS;
  if (herd.fromMs < 0) Object.assign(herd, { fromMs, sinceMs: fromMs });
  if (fromMs > herd.fromMs) turnOver(herd, fromMs);
  if (fromMs < herd.fromMs) return undefined; // late: its window has been learnt
  if (!herd.isTold) {
    market.n = Math.min(5_000, market.n + 1);
    market.share += ((isBuy ? 1 : 0) - market.share) / market.n;
  }
  addTo(isBuy ? herd.buyers : herd.sellers, userId);
  if (!isBuy) return undefined;
  herd.orders++;
  if (userId !== herd.lastUser && atMs - herd.lastMs <= FOLLOW_MS) herd.followed++;
  herd.lastMs = atMs;
  herd.lastUser = userId;
  return judge(event, order.productId, herd, market);
}

function addTo(traders: Set<string>, id: string): void {
  if (traders.size < TRADERS_MAX) traders.add(id);
}

function turnOver(herd: Herd, fromMs: number): void {
  if (!herd.isTold) learnCount(herd.baseline, herd.fromMs, herd.orders);
  const firstEmpty = Math.max(herd.fromMs + WINDOW_MS, fromMs - EMPTY_WINDOWS_MAX * WINDOW_MS);
  for (let atMs = firstEmpty; atMs < fromMs; atMs += WINDOW_MS) learnCount(herd.baseline, atMs, 0);
  Object.assign(herd, {
    fromMs,
    orders: 0,
    buyers: new Set<string>(),
    sellers: new Set<string>(),
    followed: 0,
    isTold: false,
  });
}

function judge(event: RiskEvent, productId: string, herd: Herd, market: MarketShare): CandidateFlag | undefined {
  if (herd.isTold || herd.buyers.size < TRADERS_LEAST) return undefined;
  const { surprise, expected, windows, size } = judgeCount(herd.baseline, herd.fromMs, herd.orders);
  if (surprise < SURPRISE_LEAST) return undefined;
  const lsv = lsvHerding({ buyers: herd.buyers.size, sellers: herd.sellers.size }, Math.min(1, market.share));
  if (lsv.kind !== 'measured' || lsv.value.side !== 'subscribe' || lsv.value.excess <= 0) return undefined;
  herd.isTold = true;
  const sd = Math.sqrt(expected + expected ** 2 / size);
  const baselineSpanMs = Math.max(0, herd.fromMs - herd.sinceMs);
  const follows = herd.followed / herd.orders;
  const byChance = 1 - Math.exp((-expected * FOLLOW_MS) / WINDOW_MS);
  const none = { expectedLow: 0, baselineSpanMs: 0 };
  return makeFlag(
    {
      kind: 'herding_surge',
      entityKind: 'product',
      entityId: productId,
      firstMs: herd.fromMs,
      lastMs: event.atMs,
      windowMs: 60 * MINUTE_MS,
      surprise,
      evidence: [
        {
          metric: 'subscriptions in 15 min',
          observed: herd.orders,
          expectedLow: 0,
          expectedHigh: expected + 2 * sd,
          baselineSpanMs,
          n: windows,
        },
        {
          metric: 'customers who subscribe',
          observed: herd.buyers.size,
          expectedHigh: TRADERS_LEAST - 1,
          n: herd.orders,
          ...none,
        },
        {
          metric: 'herding (LSV)',
          observed: lsv.value.excess,
          expectedHigh: 0,
          n: herd.buyers.size + herd.sellers.size,
          ...none,
        },
      ],
      reasons: [
        {
          code: 'subscriptions_above_baseline',
          text: `${herd.orders} subscriptions within a quarter of an hour; this hour of the week has about ${expected.toFixed(1)}.`,
        },
        { code: 'many_customers', text: `${herd.buyers.size} customers take part.` },
        ...(follows > byChance
          ? [
              {
                code: 'blind_following',
                text: `${Math.round(100 * follows)} % came within a minute of another's; usual would be ${Math.round(100 * byChance)} %.`,
              },
            ]
          : []),
      ],
    },
    VERSION,
  );
}
