import { type CountBaseline, judgeCount, learnCount, newCountBaseline } from '../series/count-baseline.js';
import { type CandidateFlag, makeFlag } from './flag.js';
import { countTogether } from './products-together.js';
import type { RiskEvent } from './risk-event.js';

const VERSION = 1;
const WINDOW_MS = 5 * 60_000;
const WEEK_MS = 7 * 86_400_000;
/** Products, each with a baseline of some 400 numbers. */
export const PRODUCTS_MAX = 1_000;
/** Sellers that make a rush: fewer are somebody, not everybody. */
const SELLERS_LEAST = 8;
const SELLERS_MAX = 512;
/** One in a million windows is busier. */
const SURPRISE_LEAST = Math.log(1e6);
/** A product without sales for longer is not learnt window by window, to be done at all. */
const EMPTY_WINDOWS_MAX = 2_016;

/** Sales of one product in the window that is filling. Plain data but for the set. */
export interface Product {
  baseline: CountBaseline;
  fromMs: number;
  sales: number;
  sellers: Set<string>;
  isTold: boolean;
  sinceMs: number;
}

export function newProduct(): Product {
  return { baseline: newCountBaseline(), fromMs: -1, sales: 0, sellers: new Set<string>(), isTold: false, sinceMs: -1 };
}

/**
 * Finds rushes to sell a product: more sales in five minutes than this hour of the week has, by many customers.
 *
 * @param product - of the event's order, which is a sale; takes it in.
 * @param all - products of the workspace, this one or not among them: a rush is told with how many others sell more than usual.
 */
export function findSaleRush(
  product: Product,
  event: RiskEvent,
  all: () => Iterable<Product>,
): CandidateFlag | undefined {
  const { order, atMs, userId } = event;
  if (!order) return undefined;
  const fromMs = Math.floor(atMs / WINDOW_MS) * WINDOW_MS;
  if (product.fromMs < 0) Object.assign(product, { fromMs, sinceMs: fromMs });
  if (fromMs > product.fromMs) turnOver(product, fromMs);
  if (fromMs < product.fromMs) return undefined; // late: its window has been learnt
  product.sales++;
  if (product.sellers.size < SELLERS_MAX) product.sellers.add(userId);
  return judge(event, order.productId, product, all);
}

/** Learns the full window and the empty ones after it. A window told to be a rush teaches nothing. */
function turnOver(product: Product, fromMs: number): void {
  if (!product.isTold) learnCount(product.baseline, product.fromMs, product.sales);
  const firstEmpty = Math.max(product.fromMs + WINDOW_MS, fromMs - EMPTY_WINDOWS_MAX * WINDOW_MS);
  for (let atMs = firstEmpty; atMs < fromMs; atMs += WINDOW_MS) learnCount(product.baseline, atMs, 0);
  Object.assign(product, { fromMs, sales: 0, sellers: new Set<string>(), isTold: false });
}

function judge(
  event: RiskEvent,
  productId: string,
  product: Product,
  all: () => Iterable<Product>,
): CandidateFlag | undefined {
  if (product.isTold || product.sellers.size < SELLERS_LEAST) return undefined;
  const { surprise, expected, windows, size } = judgeCount(product.baseline, product.fromMs, product.sales);
  if (surprise < SURPRISE_LEAST) return undefined;
  product.isTold = true;
  const sd = Math.sqrt(expected + expected ** 2 / size);
  const sellers = product.sellers.size;
  const { others, above, byChance } = countTogether(product, all());
  const baselineSpanMs = Math.min(4 * WEEK_MS, product.fromMs - product.sinceMs);
  return makeFlag(
    {
      kind: 'sale_rush',
      entityKind: 'product',
      entityId: productId,
      firstMs: product.fromMs,
      lastMs: event.atMs,
      windowMs: 60 * 60_000,
      surprise,
      evidence: [
        {
          metric: 'sales in 5 min',
          observed: product.sales,
          expectedLow: Math.max(0, expected - 2 * sd),
          expectedHigh: expected + 2 * sd,
          baselineSpanMs,
          n: windows,
        },
        {
          metric: 'customers who sell',
          observed: sellers,
          expectedLow: 0,
          expectedHigh: SELLERS_LEAST - 1,
          baselineSpanMs: 0,
          n: product.sales,
        },
        ...(others > 0
          ? [
              {
                metric: 'other products that sell more than usual',
                observed: above,
                expectedLow: 0,
                expectedHigh: byChance,
                baselineSpanMs: 0,
                n: others,
              },
            ]
          : []),
      ],
      reasons: [
        {
          code: 'sales_above_baseline',
          text: `${product.sales} sales within five minutes; this hour of the week has about ${expected.toFixed(1)}.`,
        },
        { code: 'many_customers', text: `${sellers} customers take part.` },
        ...(above > byChance
          ? [
              {
                code: 'many_products',
                text: `${above} of ${others} other products (${Math.round((100 * above) / others)} %) sell more than usual in the same five minutes; by chance at most ${byChance} would.`,
              },
            ]
          : []),
      ],
    },
    VERSION,
  );
}
