import type { Client } from '@tidemark/sdk-web';
import type { MemoryCollector } from '@tidemark/sdk-web/testing';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { servePage } from '../fixtures/serve-page.js';
import { temporaryDirectory } from '../fixtures/temporary-directory.js';
import { CHROMIUM, openKillableBrowser } from './chromium.js';

type PageWindow = { readonly client: Client };

/** Not by Playwright's own launch, which switches the back-forward cache off. */
async function openTabs(count: number, url: string): Promise<Page[]> {
  const browser = await openKillableBrowser(await temporaryDirectory());
  onTestFinished(browser.kill);
  const pages: Page[] = [];
  for (let i = 0; i < count; i++) {
    const page = await browser.context.newPage();
    await page.goto(url);
    pages.push(page);
  }
  return pages;
}

/** Leaves a page and goes back to it. A busy browser gives up a page of its cache for reasons of its own, but not each time. */
async function comeBackFromCache(): Promise<{ readonly collector: MemoryCollector; readonly page: Page }> {
  for (let attempt = 1; ; attempt++) {
    // The last write of the page that is left comes to its end before the next one asks for the queue: a browser gives up a
    // page in the cache that another has to wait for.
    const { collector, url } = await servePage({ flushIntervalMs: 200 }, 500);
    const [page] = await openTabs(1, `${url}/one`);
    if (!page) throw new Error('no page');
    await page.evaluate(() => {
      addEventListener('pageshow', ({ persisted }) => Object.assign(window, { persisted }));
    });
    await collector.waitFor((events) => events.length === 1, 5_000);
    await page.waitForTimeout(200); // a page that is left while it sends is not kept by the browser
    await page.goto(`${url}/two`);
    await collector.waitFor((events) => events.length === 3, 5_000);
    await page.waitForTimeout(200);
    await page.evaluate(() => history.back());
    await expect.poll(() => page.evaluate(() => location.pathname).catch(() => '')).toBe('/one');
    await page.waitForFunction(() => 'client' in window);
    if (await page.evaluate(() => 'persisted' in window)) return { collector, page };
    if (attempt === 3) throw new Error('the browser never kept the page in its back-forward cache');
  }
}

describe.skipIf(!CHROMIUM)('the life of a page', () => {
  it('keeps the back-forward cache, and counts what is shown out of it as a view of its own', async () => {
    const { collector, page } = await comeBackFromCache();
    await collector.waitFor((events) => events.filter(({ type }) => type === 'page_view').length === 3, 10_000);
    const views = collector.events.filter(({ type }) => type === 'page_view').map((event) => event.page);
    expect(views).toEqual(['/one', '/two', '/one']);
    await page.evaluate(() => (window as unknown as PageWindow).client.close());
    await collector.waitFor((events) => events.filter(({ type }) => type === 'view_end').length === 3, 5_000);
    const ends = collector.events.filter(({ type }) => type === 'view_end').map((event) => event.page);
    expect(ends.sort()).toEqual(['/one', '/one', '/two']);
  });

  it('sends the end of a view while the page goes, not with the next visit', async () => {
    const { collector, url } = await servePage({ flushIntervalMs: 60_000 });
    const [page] = await openTabs(1, `${url}/bounce`);
    if (!page) throw new Error('no page');
    await page.waitForTimeout(700);
    await page.goto('about:blank');
    await collector.waitFor((events) => events.some(({ type }) => type === 'view_end'), 5_000);
    expect(collector.events.map(({ type }) => type).sort()).toEqual(['page_view', 'view_end']);
    const [end] = collector.events.filter(({ type }) => type === 'view_end');
    expect(Number(end && 'visibleMs' in end ? end.visibleMs : 0)).toBeGreaterThan(600);
  });

  it('has another tab send what a crashed one left, the end of its view included, once', async () => {
    const { collector, url } = await servePage({ flushIntervalMs: 2_000 });
    const [elder, younger] = await openTabs(2, `${url}/tab`);
    if (!elder || !younger) throw new Error('no pages');
    await elder.waitForTimeout(2_500);
    await elder.evaluate(() => (window as unknown as PageWindow).client.track('left behind'));
    await elder.waitForTimeout(100);
    const session = await elder.context().newCDPSession(elder);
    session.send('Page.crash').catch(() => undefined); // there is nobody left to answer
    await collector.waitFor(
      (events) => events.some((event) => 'name' in event && event.name === 'left behind'),
      5_000, // replaced within this
    );
    await collector.waitFor((events) => events.some(({ type }) => type === 'view_end'), 5_000);
    await younger.evaluate(() => (window as unknown as PageWindow).client.close());
    const counts = { page_view: 0, view_end: 0, custom: 0 } as Record<string, number>;
    for (const { type } of collector.events) counts[type] = (counts[type] ?? 0) + 1;
    expect(counts).toEqual({ page_view: 2, view_end: 2, custom: 1 });
  });
});
