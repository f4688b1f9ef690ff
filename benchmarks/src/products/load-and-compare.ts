import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SimulationTruth } from '@tidemark/analytics/simulator';
import type { ProductDaysAnswer, ProductSideReading } from '@tidemark/protocol';
import { plainEnvironment } from '../process/start-collector.js';

export interface LedgerFigures {
  readonly events: number;
  readonly loadSeconds: number;
  /** Figures of the ledger that were held against the reports. */
  readonly compared: number;
  /** What differed, one sentence each. */
  readonly differences: readonly string[];
  readonly productsMs: number;
}

interface Target {
  readonly url: string;
  readonly dataDirectory: string;
  readonly readKey: string;
}

const COMMAND = fileURLToPath(new URL('../../../packages/collector/dist/cli/main.js', import.meta.url));
const DAY_MS = 86_400_000;
const DRAIN_WITHIN_MS = 300_000;
const OUTPUT_BYTES = 64 * 1_048_576;

/** Sends a market as `tidemark simulate` does, then asks the reports for what the simulator's ledger has. */
export async function loadAndCompare(
  target: Target,
  { days, users, seed }: { readonly days: number; readonly users: number; readonly seed: number },
): Promise<LedgerFigures> {
  const truthFile = join(target.dataDirectory, 'truth.json');
  const before = performance.now();
  await promisify(execFile)(
    process.execPath,
    [
      COMMAND,
      'simulate',
      '--seed',
      `${seed}`,
      '--days',
      `${days}`,
      '--users',
      `${users}`,
      '--truth',
      truthFile,
      '--json',
    ],
    { env: { ...plainEnvironment(), TIDEMARK_DATA: target.dataDirectory }, maxBuffer: OUTPUT_BYTES },
  );
  const { ledger, startAt } = JSON.parse(await readFile(truthFile, 'utf8')) as SimulationTruth; // as the command wrote it
  const events = Object.values(ledger.events).reduce((sum, count) => sum + count, 0);
  await untilCounted(target, events);
  const loadSeconds = Math.round((performance.now() - before) / 100) / 10;
  const range = `from=${startAt - DAY_MS}&to=${startAt + (days + 10) * DAY_MS}`;
  const beforeProducts = performance.now();
  const products = await ask<ProductDaysAnswer>(target, `/v1/products?${range}`);
  const productsMs = Math.round(performance.now() - beforeProducts);
  const figures = new Map<string, readonly [expected: number, found: number]>();
  for (const surface of ['h5', 'native'] as const) {
    const { totals } = await ask<Pages>(target, `/v1/reports/pages?surface=${surface}&${range}`);
    figures.set(`${surface} views`, [ledger.views[surface], totals.views]);
  }
  const { totals } = await ask<Pages>(target, `/v1/reports/pages?${range}`);
  figures.set('sessions', [ledger.sessions, totals.sessions]);
  figures.set('orders refused', [0, Object.values(products.refused).reduce((sum, count) => sum + count, 0)]);
  for (const [productId, book] of Object.entries(ledger.products)) {
    const own = products.rows.filter((row) => row.productId === productId);
    const sum = (of: (side: ProductSideReading) => number, side: 'subscriptions' | 'sales') =>
      own.reduce((total, row) => total + of(row[side]), 0);
    const orders = (one: ProductSideReading) => one.orderCount + one.rejectedCount;
    const shares = (one: ProductSideReading) => one.orderedShares + one.rejectedShares;
    const filled = (one: ProductSideReading) => one.filledShares;
    figures.set(`${productId} subscriptions`, [book.subscriptions, sum(orders, 'subscriptions')]);
    figures.set(`${productId} sales`, [book.sales, sum(orders, 'sales')]);
    figures.set(`${productId} subscribed shares`, [book.subscribedShares, sum(shares, 'subscriptions')]);
    figures.set(`${productId} sold shares`, [book.soldShares, sum(shares, 'sales')]);
    figures.set(`${productId} filled subscriptions`, [book.filledSubscriptionShares, sum(filled, 'subscriptions')]);
    figures.set(`${productId} filled sales`, [book.filledSaleShares, sum(filled, 'sales')]);
  }
  const differences = [...figures]
    .filter(([, [expected, found]]) => Math.abs(expected - found) > 1e-6)
    .map(([name, [expected, found]]) => `${name}: ${expected} by the ledger, ${found} by the report`);
  return { events, loadSeconds, compared: figures.size, differences, productsMs };
}

interface Pages {
  readonly totals: { readonly views: number; readonly sessions: number };
}

/** Until all events are in the store: the workspace's books go by rows loaded. */
async function untilCounted({ url }: Target, events: number): Promise<void> {
  for (const deadline = performance.now() + DRAIN_WITHIN_MS; ; ) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const loaded = Number(/^tidemark_loaded_rows_total (\d+)$/m.exec(text)?.[1] ?? 0);
    if (loaded >= events) return;
    if (performance.now() > deadline) throw new Error(`${loaded} of ${events} events were loaded in time`);
    await sleep(200);
  }
}

async function ask<T>({ url, readKey }: Target, path: string): Promise<T> {
  const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${readKey}` } });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T; // the collector's own
}
