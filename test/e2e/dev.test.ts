import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ModelVersions, OrderDecisions } from '@tidemark/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../fixtures/temporary-directory.js';
import { CHROMIUM, openBrowser } from './chromium.js';

const CLI = fileURLToPath(new URL('../../packages/collector/dist/cli/main.js', import.meta.url));
const SHOP = fileURLToPath(new URL('../../examples/h5-fund-shop/dist/site', import.meta.url));

interface Addresses {
  readonly shop: string;
  readonly simulator: string;
  readonly console: string;
}

interface Dev {
  readonly child: ChildProcess;
  readonly addresses: Addresses;
  /** Resolves when orders get their probability. */
  readonly learnt: Promise<void>;
}

/** Starts what `npm start` runs, and waits for the addresses it prints. */
async function startDev(data: string, more: readonly string[] = []): Promise<Dev> {
  const child = spawn(
    process.execPath,
    [
      CLI,
      'dev',
      '--data',
      data,
      '--port',
      '0',
      '--site',
      SHOP,
      '--site-page',
      'simulator=/native/',
      '--site-port',
      '0',
      ...more,
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const found = new Map<string, string>();
  const lines = createInterface({ input: child.stdout });
  const learnt = new Promise<void>((resolve) => {
    lines.on('line', (line) => line.includes('orders get their probability') && resolve());
  });
  await new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      const [, name, value] = /^ {2}(shop|simulator|console|write key) +(\S+)$/.exec(line) ?? [];
      if (name && value) found.set(name, value);
      if (found.size === 4) resolve();
    });
    lines.on('close', resolve);
  });
  const address = (name: string) => found.get(name) ?? '';
  const addresses = { shop: address('shop'), simulator: address('simulator'), console: address('console') };
  return { child, addresses, learnt };
}

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGINT');
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(0);
}

describe.skipIf(!CHROMIUM)('npm start', () => {
  it('shows the first event in the console within ten seconds of its address, and stops cleanly on Ctrl-C', async () => {
    const { child, addresses } = await startDev(await temporaryDirectory(), ['--market']);
    const printedAt = performance.now();
    const browser = await openBrowser(await temporaryDirectory());
    onTestFinished(() => browser.close());
    const watcher = await browser.newPage();
    const faults: string[] = [];
    watcher.on('pageerror', (error) => faults.push(error.message));
    await watcher.goto(addresses.console);
    const shop = await browser.newPage();
    shop.on('pageerror', (error) => faults.push(error.message));
    await shop.goto(addresses.shop);
    await watcher.waitForSelector('[data-test="live-event"][data-type="page_view"]', { timeout: 10_000 });
    expect(performance.now() - printedAt).toBeLessThan(10_000);
    expect(watcher.url()).not.toContain('tm_rk_'); // the key leaves the address bar at once

    await shop.click('[data-test="product-P30"]');
    await watcher.bringToFront();
    await watcher.waitForSelector('[data-test="page-row"][data-page="/product/P30"]', { timeout: 15_000 });

    const app = await browser.newPage();
    app.on('pageerror', (error) => faults.push(error.message));
    await app.goto(addresses.simulator);
    await app.click('[data-test="open-featured"]');
    await watcher.bringToFront();
    await watcher.waitForSelector('[data-test="live-event"][data-type="screen_view"]', { timeout: 15_000 });
    expect(faults).toEqual([]);
    await stop(child); // with the market of the demo half made
  });

  it('gives an order of the shop its probability, with reasons, by a model that is trained behind, and once', {
    timeout: 300_000,
  }, async () => {
    const data = await temporaryDirectory();
    const first = await startDev(data, ['--market']);
    const ask = async <T>({ addresses }: Dev, path: string): Promise<T> => {
      const { origin, hash } = new URL(addresses.console);
      const headers = { authorization: `Bearer ${hash.slice('#key='.length)}` };
      return (await (await fetch(origin + path, { headers })).json()) as T; // the collector's own
    };
    expect((await ask<ModelVersions>(first, '/v1/models')).serving).toBeNull(); // nobody waited for it
    await first.learnt;
    const browser = await openBrowser(await temporaryDirectory());
    onTestFinished(() => browser.close());
    const faults: string[] = [];
    const shop = await browser.newPage();
    await shop.goto(first.addresses.shop);
    await shop.click('[data-test="product-P30"]');
    await shop.click('[data-test="subscribe"]');
    await shop.click('[data-test="confirm-subscribe"]');
    await shop.waitForSelector('[data-test="view-holdings"]');
    const watcher = await browser.newPage();
    watcher.on('pageerror', (error) => faults.push(error.message));
    watcher.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await watcher.goto(first.addresses.console.replace('/console/', '/console/?view=orders'));
    const orders = async () => (await ask<OrderDecisions>(first, '/v1/decisions')).decisions;
    await expect.poll(orders, { timeout: 20_000 }).toHaveLength(1);
    const [order] = await orders();
    expect(order?.asked).toMatchObject({
      userId: expect.stringMatching(/^demo-[2-9A-Z]{8}$/),
      productId: 'P30',
      side: 'subscribe',
    });
    const { probability = 0, low = 1, high = 0, reasons = [] } = order?.answer ?? {};
    expect(0 < low && low <= probability && probability <= high && high < 1).toBe(true);
    expect(reasons[0]).toMatch(/^[A-Z0-9].+\. It costs \d+ points?\.$/);

    await watcher.click(`[data-test="order"][data-order="${order?.asked.orderId}"]`);
    const shown = (name: string, field: string) =>
      watcher.getAttribute(`[data-test="${name}"]`, `data-${field}`).then(Number);
    expect(await shown('order-probability', 'value')).toBe(probability);
    expect([await shown('order-interval', 'low'), await shown('order-interval', 'high')]).toEqual([low, high]);
    expect(await watcher.locator('[data-test="order-reason"]').allTextContents()).toEqual(reasons);
    await watcher.click('[data-test="order-explain"]');
    await watcher.waitForSelector('[data-test="order-reproduced"][data-value="true"]');
    await watcher.click('[data-test="model-open"]');
    await watcher.waitForSelector('[data-test="model-card"] h3');
    expect(faults).toEqual([]);
    await stop(first.child);

    const second = await startDev(data, ['--market']);
    const models = await ask<ModelVersions>(second, '/v1/models');
    expect(models).toMatchObject({
      serving: order?.modelVersion,
      champion: { version: order?.modelVersion, kind: 'boosting', isHeld: false },
      challenger: null, // there are no outcomes yet of which one would be trained
      versions: [order?.modelVersion],
      training: false,
    });
    await stop(second.child);
  });
});
