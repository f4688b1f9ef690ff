import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
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

/** Starts what `npm start` runs, and waits for the addresses it prints. */
async function startDev(): Promise<{ child: ChildProcess; addresses: Addresses }> {
  const data = await temporaryDirectory();
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
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  const found = new Map<string, string>();
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value] = /^ {2}(shop|simulator|console|write key) +(\S+)$/.exec(line) ?? [];
    if (name && value) found.set(name, value);
    if (found.size === 4) break;
  }
  const address = (name: string) => found.get(name) ?? '';
  return {
    child,
    addresses: { shop: address('shop'), simulator: address('simulator'), console: address('console') },
  };
}

describe.skipIf(!CHROMIUM)('npm start', () => {
  it('shows the first event in the console within ten seconds of its address, and stops cleanly on Ctrl-C', async () => {
    const { child, addresses } = await startDev();
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

    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
  });
});
