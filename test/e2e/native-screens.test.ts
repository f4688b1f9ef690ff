import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Frame, FrameLocator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { waitUntil } from '../../benchmarks/src/process/wait-until.js';
import { serveSite } from '../../packages/collector/src/cli/serve-site.js';
import { queryRows } from '../../packages/collector/src/store/query-rows.js';
import { inspectStore, startTestCollector } from '../fixtures/start-test-collector.js';
import { temporaryDirectory } from '../fixtures/temporary-directory.js';
import './app-window.js';
import { CHROMIUM, launchBrowser } from './chromium.js';

/** The shop, with the simulator under /native/. */
const SITE = fileURLToPath(new URL('../../examples/h5-fund-shop/dist/site', import.meta.url));
/** A busy machine takes its time. */
const PATIENCE = { timeout: 60_000 };
/** Ten pages are opened at once: the last one waits for two processors. */
const PAGE_PATIENCE_MS = 120_000;

interface StoredEvent {
  readonly eventId: string;
  readonly type: string;
  readonly page: string;
  readonly name: string;
  readonly surface: string;
  readonly queueId: string;
  readonly seq: number;
  readonly visitorId: string;
  readonly sessionId: string;
  readonly fromPage: string;
  readonly way: string;
  readonly fromTemplate: string;
  readonly modules: readonly string[];
  readonly orderPhase: string;
  readonly previousVisitorId: string;
  readonly correctedMs: number;
}

/** A collector with the real engine, and the site that sends to it. */
async function startWorld({ onTestFinished }: TestContext) {
  const directory = await temporaryDirectory(onTestFinished);
  const { collector, drained, report } = await startTestCollector(directory);
  const config = { endpoint: collector.url, writeKey: collector.keys.writeKey };
  const site = await serveSite({ directory: SITE, host: '127.0.0.1', port: 0, config });
  let isClosed = false;
  async function close(): Promise<void> {
    if (isClosed) return;
    isClosed = true;
    await site.close();
    await collector.close();
  }
  onTestFinished(close);
  return {
    url: site.url,
    drained,
    report,
    /** All that is stored, in the order that the collector gives to a session. */
    async stored(): Promise<readonly StoredEvent[]> {
      await drained();
      await close();
      return await inspectStore(directory, (store) =>
        queryRows<StoredEvent>(
          store,
          `SELECT toString(event_id) AS eventId, event_type AS type, page, name, surface, toString(queue_id) AS queueId, seq,
                  toString(visitor_id) AS visitorId, toString(session_id) AS sessionId, from_page AS fromPage, way,
                  from_template AS fromTemplate, modules, order_phase AS orderPhase,
                  toString(previous_visitor_id) AS previousVisitorId,
                  toUnixTimestamp64Milli(corrected_at) AS correctedMs
           FROM events ORDER BY logical_at, logical_count, seq`,
          {},
        ),
      );
    },
  };
}

/** One telephone: a browser profile of its own with the simulator open in it. */
interface Telephone {
  readonly page: Page;
  /** The shop in the WebView on top. */
  readonly shop: FrameLocator;
  frame(): Frame;
  /** Events in the panel's list of that type and surface. */
  listed(surface: string, type: string, state?: string): Promise<number>;
  connected(): Promise<boolean>;
  /** Ends the page's last view; nothing waits any more, in the page nor in the app. */
  settled(): Promise<void>;
}

async function openTelephone(context: BrowserContext, url: string, query: string): Promise<Telephone> {
  const page = await context.newPage();
  page.setDefaultTimeout(PAGE_PATIENCE_MS);
  await page.goto(`${url}/native/?seed=7&${query}`);
  await page.waitForSelector('[data-test="open-featured"]');
  const frame = (): Frame => {
    const found = page.frames().find((each) => each !== page.mainFrame());
    if (!found) throw new Error('no WebView is open');
    return found;
  };
  const telephone: Telephone = {
    page,
    shop: page.frameLocator('iframe:not([hidden])'),
    frame,
    listed: (surface, type, state) =>
      page
        .locator(`.step[data-surface="${surface}"][data-type="${type}"]${state ? `[data-state="${state}"]` : ''}`)
        .count(),
    connected: () => frame().evaluate(() => window.shopBridge?.health().connected ?? false),
    async settled() {
      const waitingInPage = () => frame().evaluate(() => window.shopAnalytics?.health().queued ?? -1);
      const waitingInApp = () => page.evaluate(() => window.nativeHost?.health().queued ?? -1);
      await frame().evaluate(() => window.shopAnalytics?.flush());
      await until(async () => (await waitingInPage()) === 0, 'the page to deliver');
      await frame().evaluate(() => window.shopAnalytics?.close()); // the view's end had its number since the view began
      await until(async () => (await waitingInPage()) === 0, 'the page to deliver');
      await page.evaluate(() => window.nativeHost?.flush());
      await until(async () => (await waitingInApp()) === 0, 'the app to deliver');
    },
  };
  return telephone;
}

/** Home, the fund's page, a subscription, the account, and back to the page. */
async function walk({ page, shop, listed, connected }: Telephone): Promise<void> {
  await page.click('[data-test="open-featured"]');
  await shop.locator('[data-test="subscribe"]').waitFor();
  await until(connected, 'the bridge');
  await until(async () => (await listed('h5', 'exposure')) === 2, 'the chart and the facts');
  await shop.locator('[data-test="subscribe"]').click();
  await shop.locator('[data-test="confirm-subscribe"]').click();
  await until(async () => (await listed('h5', 'exposure')) === 3, 'the receipt, too');
  await page.click('[data-test="native-account"]');
  await page.waitForSelector('[data-test="sign-in"]');
  await page.click('[data-test="native-back"]');
  await shop.locator('[data-test="tab-holdings"]').click();
  await until(async () => (await listed('h5', 'page_view')) === 3, 'the third page');
}

/** For tests that run side by side: none of them is the one that is running. */
async function until(isThere: () => Promise<boolean>, what: string): Promise<void> {
  if ((await waitUntil(isThere, PATIENCE.timeout, 50)) === undefined) throw new Error(`waited in vain for ${what}`);
}

const label = ({ surface, type, page, orderPhase }: StoredEvent) =>
  [surface, type, orderPhase || page].filter(Boolean).join(' ');
const distinct = (values: readonly string[]) => new Set(values).size;

/** Each queue from 1 without gaps: nothing is lost, and nothing is there twice. */
function expectWhole(events: readonly StoredEvent[]): void {
  expect(distinct(events.map(({ eventId }) => eventId))).toBe(events.length);
  for (const queue of new Set(events.map(({ queueId }) => queueId))) {
    const numbers = events.flatMap(({ queueId, seq }) => (queueId === queue ? [Number(seq)] : []));
    expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1));
  }
}

describe.skipIf(!CHROMIUM)('native screens around the shop, in a real browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  /** A telephone that nobody has used. */
  async function newContext({ onTestFinished }: TestContext): Promise<BrowserContext> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    onTestFinished(() => context.close());
    return context;
  }

  it('tell one journey of one visitor in the order of causes, whatever the container and however wrong the clock', async (test) => {
    const world = await startWorld(test);
    const telephones = [
      'container=android_interface&clock=10',
      'container=ios_reply&clock=-10',
      'container=react_native',
      'container=frame&clock=10',
      'container=android_listener&clock=-10&slow',
    ];
    const began = Date.now();
    await Promise.all(
      telephones.map(async (query) => {
        const telephone = await openTelephone(await newContext(test), world.url, query);
        await walk(telephone);
        await telephone.settled();
      }),
    );
    const ended = Date.now();
    const all = await world.stored();
    expectWhole(all);
    const visitors = [...new Set(all.map(({ visitorId }) => visitorId))];
    expect(visitors).toHaveLength(telephones.length);
    expect(distinct(all.map(({ sessionId }) => sessionId))).toBe(telephones.length);

    for (const visitor of visitors) {
      const events = all.filter(({ visitorId }) => visitorId === visitor);
      expect(distinct(events.map(({ sessionId }) => sessionId))).toBe(1);
      const told = ['screen_view', 'page_view', 'order'];
      expect(events.filter(({ type }) => told.includes(type)).map(label)).toEqual([
        'native screen_view home',
        'native screen_view fund',
        'h5 page_view /product/P30',
        'h5 page_view /subscribe/P30',
        'h5 order intent',
        'h5 order placed',
        'native screen_view account',
        'native screen_view fund',
        'h5 page_view /holdings',
      ]);
      const transitions = events.filter(({ type }) => type === 'transition');
      expect(
        transitions.map(({ page, fromPage, way, fromTemplate, modules }) => [
          fromPage,
          way,
          page,
          fromTemplate,
          [...modules].sort(),
        ]),
      ).toEqual([
        ['home', 'push', 'fund', 'native', []],
        ['fund', 'bridge_call', '/product/P30', '', []],
        ['/product/P30', 'push', '/subscribe/P30', 'product', ['facts', 'rate-history']],
        ['/subscribe/P30', 'push', 'account', 'subscribe', ['order-receipt']],
        ['account', 'back', 'fund', 'native', []],
        ['/subscribe/P30', 'link', '/holdings', 'subscribe', ['order-receipt']],
      ]);
      // By the collector's clock all of it happened within the test, on a phone that is ten minutes off as well.
      for (const { correctedMs } of events) {
        expect(Number(correctedMs)).toBeGreaterThan(began - 5_000);
        expect(Number(correctedMs)).toBeLessThan(ended + 5_000);
      }
    }
  }, 240_000);

  it('take events of a page by each container', async (test) => {
    const world = await startWorld(test);
    const expected = {
      android_interface: 'android',
      android_listener: 'android',
      ios_reply: 'ios',
      ios: 'ios',
      react_native: 'react_native',
      flutter_channel: 'flutter',
      flutter_inappwebview: 'flutter',
      harmony: 'harmony',
      capacitor: 'capacitor',
      frame: 'given',
    };
    const waiting = Object.entries(expected);
    async function visit(): Promise<void> {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const [container, found] = next;
        const telephone = await openTelephone(await newContext(test), world.url, `container=${container}`);
        await telephone.page.click('[data-test="open-shop"]');
        await expect.poll(() => telephone.listed('h5', 'page_view', 'sent'), PATIENCE).toBe(1);
        const health = await telephone.frame().evaluate(() => window.shopBridge?.health());
        expect(health, container).toEqual({ container: found, connected: true, refused: {} });
        expect(await telephone.page.evaluate(() => window.nativeHost?.health().refused), container).toEqual({});
        await telephone.settled();
      }
    }
    // Two at a time: a page that is not welcomed within its second and a half, for want of a processor, goes by HTTP.
    await Promise.all([visit(), visit()]);
    const all = await world.stored();
    expectWhole(all);
    expect(distinct(all.map(({ visitorId }) => visitorId))).toBe(10);
    const views = all.filter(({ type }) => type === 'page_view');
    expect(views).toHaveLength(10);
    for (const { sessionId } of views)
      expect(all.some((event) => event.surface === 'native' && event.sessionId === sessionId)).toBe(true);
  }, 240_000);

  it.concurrent('give their session to a page in a mini program, which nobody can answer and which sends by itself', async (test) => {
    const { expect } = test;
    const world = await startWorld(test);
    const { page } = await openTelephone(await newContext(test), world.url, 'container=mini_program&clock=10');
    await page.click('[data-test="open-shop"]');
    await expect.poll(() => page.textContent('[data-test="figure-http"]').then(Number), PATIENCE).toBeGreaterThan(0);
    const all = await world.stored();
    expect(distinct(all.map(({ sessionId, visitorId }) => `${sessionId} ${visitorId}`))).toBe(1);
    expect(all.filter(({ type }) => type.endsWith('_view')).map(label)).toEqual([
      'native screen_view home',
      'native screen_view fund',
      'h5 page_view /',
    ]);
  });

  it.concurrent('are joined by a page whose bridge comes late: by HTTP until then, and nothing of it twice', async (test) => {
    const { expect } = test;
    const world = await startWorld(test);
    const telephone = await openTelephone(await newContext(test), world.url, 'container=android_interface&late');
    const { page, shop, listed, connected } = telephone;
    await page.click('[data-test="open-featured"]');
    await expect.poll(() => page.textContent('[data-test="figure-http"]').then(Number), PATIENCE).toBeGreaterThan(0);
    expect(await connected()).toBe(false);
    await expect
      .poll(async () => {
        // A page that went by HTTP looks for its host when it sends.
        await telephone.frame().evaluate(() => window.shopAnalytics?.track('look'));
        return connected();
      }, PATIENCE)
      .toBe(true);
    await shop.locator('[data-test="subscribe"]').click();
    await expect.poll(() => listed('h5', 'page_view', 'sent'), PATIENCE).toBe(1);
    await telephone.settled();
    await world.drained();
    const { totals } = await world.report('visitors');
    expect(totals.visitors).toBe(1);
    const all = await world.stored();
    expectWhole(all);
    const [home] = all.filter(({ surface }) => surface === 'native');
    const [first, second] = all.filter(({ type }) => type === 'page_view');
    expect(first).toMatchObject({ page: '/product/P30' });
    expect(first?.visitorId).not.toBe(home?.visitorId);
    expect(second).toMatchObject({ page: '/subscribe/P30', visitorId: home?.visitorId, sessionId: home?.sessionId });
    expect(all.filter(({ type }) => type === 'alias')).toMatchObject([
      { previousVisitorId: first?.visitorId, visitorId: home?.visitorId },
    ]);
  });

  it.concurrent('lose nothing and count nothing twice when the bridge stops answering in the middle', async (test) => {
    const { expect } = test;
    const world = await startWorld(test);
    const telephone = await openTelephone(await newContext(test), world.url, 'container=ios');
    const { page, shop, connected } = telephone;
    await page.click('[data-test="open-featured"]');
    await expect.poll(connected, PATIENCE).toBe(true);
    await page.click('[data-test="switch-dead"]');
    await shop.locator('[data-test="subscribe"]').click();
    await shop.locator('[data-test="confirm-subscribe"]').click();
    await expect.poll(() => page.textContent('[data-test="figure-http"]').then(Number), PATIENCE).toBeGreaterThan(0);
    await shop.locator('[data-test="tab-holdings"]').click();
    await expect.poll(connected).toBe(false);
    await telephone.settled();
    const all = await world.stored();
    expectWhole(all);
    expect(distinct(all.map(({ visitorId }) => visitorId))).toBe(1);
    expect(distinct(all.map(({ sessionId }) => sessionId))).toBe(1);
    expect(all.filter(({ type }) => type === 'order').map(({ orderPhase }) => orderPhase)).toEqual([
      'intent',
      'placed',
    ]);
    const views = all.filter(({ type }) => type === 'page_view').sort((a, b) => Number(a.seq) - Number(b.seq));
    expect(views.map(({ page: name }) => name)).toEqual(['/product/P30', '/subscribe/P30', '/holdings']);
  });

  it.concurrent('lose nothing and count nothing twice over a bridge that is slow, drops messages and brings others twice', async (test) => {
    const { expect } = test;
    const world = await startWorld(test);
    const telephone = await openTelephone(
      await newContext(test),
      world.url,
      'container=flutter_channel&slow&drops&duplicates',
    );
    const { page, shop } = telephone;
    await page.click('[data-test="open-featured"]');
    await shop.locator('[data-test="subscribe"]').click();
    await shop.locator('[data-test="confirm-subscribe"]').click();
    await shop.locator('[data-test="tab-holdings"]').click();
    await shop.locator('[data-test="tab-products"]').click();
    await telephone.settled();
    expect(await page.evaluate(() => window.nativeHost?.health().refused)).toHaveProperty('duplicate');
    const all = await world.stored();
    expectWhole(all);
    expect(all.filter(({ type }) => type === 'page_view')).toHaveLength(4);
  });

  it.concurrent('and a page that had a visitor of its own before are one visitor', async (test) => {
    const { expect } = test;
    const world = await startWorld(test);
    const context = await newContext(test);
    const alone = await context.newPage();
    await alone.goto(`${world.url}/product/P7`);
    await alone.waitForSelector('[data-test="subscribe"]');
    await alone.evaluate(() => window.shopAnalytics?.flush());
    await alone.close();
    const telephone = await openTelephone(context, world.url, 'container=harmony');
    await telephone.page.click('[data-test="open-featured"]');
    await expect.poll(() => telephone.listed('h5', 'alias'), PATIENCE).toBe(1);
    await telephone.settled();
    await world.drained();
    expect((await world.report('visitors')).totals.visitors).toBe(1);
    const all = await world.stored();
    const [own] = all.filter(({ page }) => page === '/product/P7');
    const [home] = all.filter(({ surface }) => surface === 'native');
    expect(own?.visitorId).not.toBe(home?.visitorId);
    expect(all.filter(({ type }) => type === 'alias')).toMatchObject([
      { previousVisitorId: own?.visitorId, visitorId: home?.visitorId },
    ]);
  });
});
