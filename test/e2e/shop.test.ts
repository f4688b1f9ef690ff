import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { serveSite } from '../../packages/collector/src/cli/serve-site.js';
import { queryRows } from '../../packages/collector/src/store/query-rows.js';
import { inspectStore, startTestCollector } from '../fixtures/start-test-collector.js';
import { temporaryDirectory } from '../fixtures/temporary-directory.js';
import { CHROMIUM, openBrowser } from './chromium.js';
import './shop-window.js';

const SHOP = fileURLToPath(new URL('../../examples/h5-fund-shop/dist/site', import.meta.url));

/** Two clocks, both rounded. */
const CLOCK_MS = 20;

interface StoredEvent {
  readonly eventId: string;
  readonly type: string;
  readonly page: string;
  readonly seq: number;
  readonly dwellMs: number;
  readonly visitorId: string;
  readonly sessionId: string;
  readonly orderPhase: string;
}

/** What the browser's own database was given, seen at the browser's own function: the tracked events, by id. */
async function recordTracked(page: Page, into: Set<string>): Promise<void> {
  await page.exposeFunction('recordTracked', (eventId: string) => into.add(eventId));
  await page.addInitScript(() => {
    const { add } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.add = function (value: { readonly j: string }, key?: IDBValidKey) {
      const { eventId } = JSON.parse(value.j) as { readonly eventId: string };
      (window as unknown as { recordTracked(id: string): void }).recordTracked(eventId);
      return add.call(this, value, key);
    };
  });
}

const queued = (page: Page) => page.evaluate(() => window.shopAnalytics?.health().queued ?? -1);

describe.skipIf(!CHROMIUM)('the fund shop in a real browser', () => {
  it('stores exactly what was tracked, once each, through an offline stretch, a closed page and a new browser', async () => {
    const directory = await temporaryDirectory();
    const profile = await temporaryDirectory();
    const { collector } = await startTestCollector(directory);
    const config = { endpoint: collector.url, writeKey: collector.keys.writeKey };
    const site = await serveSite({ directory: SHOP, host: '127.0.0.1', port: 0, config });
    const tracked = new Set<string>();
    /** How long a page stood, at least and at most: a click takes its time, and the test sees only before and after it. */
    const shown: { page: string; atLeastMs: number; atMostMs: number }[] = [];
    let cameWithin: readonly [from: number, to: number] = [0, 0];
    /** @param act - ends the view of this page, and begins the next. */
    const leave = async (page: string, act: () => Promise<unknown>) => {
      const from = performance.now();
      await act();
      const to = performance.now();
      shown.push({ page, atLeastMs: from - cameWithin[1], atMostMs: to - cameWithin[0] });
      cameWithin = [from, to];
    };

    let browser = await openBrowser(profile);
    let page = await browser.newPage();
    await recordTracked(page, tracked);
    const before = performance.now();
    await page.goto(site.url);
    await page.waitForSelector('[data-test="product-P7"]');
    cameWithin = [before, performance.now()];
    await page.waitForTimeout(1_300); // the first cards count as seen after a second
    await leave('/', () => page.click('[data-test="product-P7"]'));
    await page.waitForTimeout(700);
    await leave('/product/P7', () => page.click('[data-test="subscribe"]'));
    await page.waitForTimeout(300);
    await browser.setOffline(true);
    await page.click('[data-test="confirm-subscribe"]');
    await page.waitForTimeout(600);
    await leave('/subscribe/P7', () => page.click('[data-test="view-holdings"]'));
    await page.waitForTimeout(400);
    expect(await queued(page)).toBeGreaterThan(3);
    await expect.poll(() => collector.isDrained()).toBe(true); // what came before the offline stretch is in the store
    await leave('/holdings', () => page.close({ runBeforeUnload: true }));
    await browser.close();

    browser = await openBrowser(profile);
    page = await browser.newPage();
    await recordTracked(page, tracked);
    await page.goto(`${site.url}/holdings`);
    await expect.poll(() => queued(page)).toBe(0);
    await page.evaluate(() => window.shopAnalytics?.close());
    await browser.close();
    await expect.poll(() => collector.isDrained()).toBe(true);
    await site.close();
    await collector.close();

    const stored = await inspectStore(directory, (store) =>
      queryRows<StoredEvent>(
        store,
        `SELECT toString(event_id) AS eventId, event_type AS type, page, seq, dwell_ms AS dwellMs,
                toString(visitor_id) AS visitorId, toString(session_id) AS sessionId, order_phase AS orderPhase
         FROM events ORDER BY seq`,
        {},
      ),
    );
    expect(stored.map((event) => event.seq)).toEqual(stored.map((_, index) => index + 1)); // none lost, none twice
    expect(new Set(stored.map((event) => event.eventId)).size).toBe(stored.length);
    const unrecorded = stored.filter((event) => !tracked.has(event.eventId));
    // A page that is closing cannot always tell the test of its last event; the sequence above vouches for it.
    expect(unrecorded.every((event) => event.type === 'view_end' && event.page === '/holdings')).toBe(true);
    expect(stored.length - unrecorded.length).toBe(tracked.size);

    const of = (type: string) => stored.filter((event) => event.type === type);
    expect(of('page_view').map((event) => event.page)).toEqual([
      '/',
      '/product/P7',
      '/subscribe/P7',
      '/holdings',
      '/holdings',
    ]);
    expect(of('order').map((event) => event.orderPhase)).toEqual(['intent', 'placed']);
    expect(of('conversion')).toHaveLength(1);
    expect(of('exposure').length).toBeGreaterThan(0);
    expect(new Set(stored.map((event) => event.visitorId)).size).toBe(1);
    expect(new Set(stored.map((event) => event.sessionId)).size).toBe(1);
    const ends = of('view_end');
    expect(ends).toHaveLength(5);
    for (const [index, { page: name, atLeastMs, atMostMs }] of shown.entries()) {
      expect(ends[index]?.page).toBe(name);
      expect(ends[index]?.dwellMs, `dwell on ${name}`).toBeGreaterThan(atLeastMs - CLOCK_MS);
      expect(ends[index]?.dwellMs, `dwell on ${name}`).toBeLessThan(atMostMs + CLOCK_MS);
    }
  });
});
