import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Client, InitOptions } from '@tidemark/sdk-web';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { queryRows } from '../../packages/collector/src/store/query-rows.js';
import { inspectStore, startTestCollector } from '../fixtures/start-test-collector.js';
import { temporaryDirectory } from '../fixtures/temporary-directory.js';
import { CHROMIUM, openBrowser, openKillableBrowser } from './chromium.js';

const SCRIPT = new URL('../../packages/sdk-web/dist/tidemark.min.js', import.meta.url);

/** What the page's own script leaves for the test. */
type ClientWindow = { readonly client: Client };

interface StoredEvent {
  readonly name: string;
  readonly eventId: string;
  readonly queueId: string;
  readonly seq: number;
}

/** A page of two lines: the script tag, and `init`. Views are off, so that only the test's own calls track. */
async function servePage(options: InitOptions): Promise<string> {
  const page = `<!doctype html><title>a page</title><script src="/tidemark.min.js"></script>
    <script>window.client = tidemark.init(${JSON.stringify(options)})</script>`;
  const script = await readFile(SCRIPT);
  const server = createServer((request, response) => {
    const isScript = request.url === '/tidemark.min.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : page);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A collector, a page that sends to it, and what is in the store once both are done. */
async function startWorld() {
  const directory = await temporaryDirectory();
  const { collector, drained } = await startTestCollector(directory);
  let isClosed = false;
  async function close(): Promise<void> {
    if (!isClosed) await collector.close();
    isClosed = true;
  }
  onTestFinished(close);
  const { writeKey } = collector.keys;
  const url = await servePage({ endpoint: collector.url, writeKey, flushIntervalMs: 300, automaticViews: false });
  return {
    url,
    databaseName: `tidemark-${writeKey.slice(-12)}`,
    isDrained: () => collector.isDrained(),
    async stored(): Promise<readonly StoredEvent[]> {
      await drained();
      await close();
      return await inspectStore(directory, (store) =>
        queryRows<StoredEvent>(
          store,
          `SELECT name, toString(event_id) AS eventId, toString(queue_id) AS queueId, seq
           FROM events ORDER BY seq`,
          {},
        ),
      );
    },
  };
}

/** Tracks events `PREFIX0`, `PREFIX1`...; with a pause now and then, so that they fall into many tasks. */
function track(page: Page, prefix: string, count: number, pauseEvery = 20): Promise<void> {
  return page.evaluate(
    async (given) => {
      const { client } = window as unknown as ClientWindow;
      for (let i = 0; i < given.count; i++) {
        client.track(`${given.prefix}${i}`);
        if (i % given.pauseEvery === given.pauseEvery - 1) await new Promise((done) => setTimeout(done, 5));
      }
    },
    { prefix, count, pauseEvery },
  );
}

const health = (page: Page) => page.evaluate(() => (window as unknown as ClientWindow).client.health());

/** What is in the browser's database, past the SDK: each event here was committed. */
function committedNames(page: Page, databaseName: string): Promise<string[]> {
  return page.evaluate(
    (name) =>
      new Promise<string[]>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const reading = opening.result.transaction('events').objectStore('events').getAll();
          reading.onerror = () => reject(reading.error);
          reading.onsuccess = () => {
            opening.result.close();
            const values = reading.result as readonly { readonly j: string }[];
            resolve(values.map(({ j }) => (JSON.parse(j) as { readonly name: string }).name));
          };
        };
      }),
    databaseName,
  );
}

const named = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

/** One queue, numbered from 1, none missing, none twice. */
function expectWhole(stored: readonly StoredEvent[]): void {
  expect(stored.map(({ seq }) => Number(seq))).toEqual(stored.map((_, index) => index + 1));
  expect(new Set(stored.map(({ eventId }) => eventId)).size).toBe(stored.length);
  expect(new Set(stored.map(({ queueId }) => queueId)).size).toBe(1);
}

describe.skipIf(!CHROMIUM)('the script tag in a real browser', () => {
  it('delivers the events of two tabs once each, numbered without gaps', async () => {
    const world = await startWorld();
    const browser = await openBrowser(await temporaryDirectory());
    onTestFinished(() => browser.close());
    const tabs = [await browser.newPage(), await browser.newPage()] as const;
    for (const tab of tabs) await tab.goto(world.url);
    await Promise.all([track(tabs[0], 'one-', 100), track(tabs[1], 'two-', 100)]);
    for (const tab of tabs) {
      await tab.evaluate(() => (window as unknown as ClientWindow).client.flush());
      await expect.poll(async () => (await health(tab)).queued).toBe(0);
      expect((await health(tab)).dropped).toEqual({});
    }
    const stored = await world.stored();
    expectWhole(stored);
    expect(stored.map(({ name }) => name).sort()).toEqual([...named('one-', 100), ...named('two-', 100)].sort());
  });

  it('delivers what was tracked offline after the browser was killed, with no further call', async () => {
    const world = await startWorld();
    const profile = await temporaryDirectory();
    const first = await openKillableBrowser(profile);
    onTestFinished(first.kill);
    const page = await first.context.newPage();
    await page.goto(world.url);
    await expect.poll(async () => (await health(page)).storage).toBe('indexeddb'); // memory stands in for a disk that is slow
    await first.context.setOffline(true);
    await track(page, 'offline-', 500);
    const committed = await committedNames(page, world.databaseName);
    expect(committed.sort()).toEqual(named('offline-', 500).sort());
    void track(page, 'late-', 200, 1).catch(() => undefined); // some are committed before the end, some are not
    await page.waitForTimeout(100);
    await first.kill();
    expect(world.isDrained()).toBe(true); // nothing got through so far

    const second = await openKillableBrowser(profile);
    onTestFinished(second.kill);
    const again = await second.context.newPage();
    await again.goto(world.url);
    await expect.poll(async () => (await health(again)).delivered).toBeGreaterThanOrEqual(500);
    await expect.poll(async () => (await health(again)).queued).toBe(0);
    const stored = await world.stored();
    expectWhole(stored);
    const late = stored.map(({ name }) => name).filter((name) => !name.startsWith('offline-'));
    expect(stored.length - late.length).toBe(500);
    expect(stored.slice(0, 500).map(({ name }) => name)).toEqual(named('offline-', 500));
    expect(late).toEqual(named('late-', late.length)); // a head of them, in order: never one after a lost one
  });
});
