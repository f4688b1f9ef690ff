import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Client } from '@tidemark/sdk-web';
import { createMemoryCollector } from '@tidemark/sdk-web/testing';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readBody, relay } from '../fixtures/serve-page.js';
import { temporaryDirectory } from '../fixtures/temporary-directory.js';
import { CHROMIUM, openBrowser } from './chromium.js';

const DIST = new URL('../../packages/sdk-web/dist/', import.meta.url);
const SCRIPT_TAKES_MS = 1_500;

/** What the page's own script leaves for the test. */
interface PageWindow {
  readonly client: Client;
  readonly calledAt: number;
  readonly flushed: Promise<void>;
  readonly violations: readonly string[];
  readonly tidemark: { readonly debug: (client: Client) => () => void; readonly held?: unknown };
}

/** Nothing is allowed but what carries the nonce, and no text becomes markup or script. */
const POLICY = [
  "default-src 'none'",
  "script-src 'nonce-of-the-page'",
  "connect-src 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
  'report-uri /violations',
].join('; ');

const OPTIONS = {
  endpoint: '',
  writeKey: 'tm_pk_0123456789ab',
  flushIntervalMs: 200,
  automaticViews: false,
  features: ['clicks'],
};

/** A page with the snippet in its head, whose script takes its time or never comes; a collector at the same origin. */
async function serve(script: 'slow' | 'missing') {
  const collector = createMemoryCollector();
  const reports: string[] = [];
  const [bundle, extras, snippet] = await Promise.all(
    ['tidemark.min.js', 'tidemark-extras.min.js', 'snippet.min.js'].map((name) => readFile(new URL(name, DIST))),
  );
  const html = `<!doctype html><title>a page</title>
    <script nonce="of-the-page">
      window.violations = [];
      addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));
    </script>
    <script nonce="of-the-page">${snippet}</script>
    <script nonce="of-the-page" async src="/tidemark.min.js"></script>
    <script nonce="of-the-page" async src="/tidemark-extras.min.js"></script>
    <script nonce="of-the-page">
      window.client = tidemark.init({ ...${JSON.stringify(OPTIONS)}, endpoint: location.origin });
      window.calledAt = Date.now();
      client.track('early', { n: 1 });
      window.flushed = client.flush();
    </script>
    <body><button>Buy</button></body>`;

  const server = createServer(async (request, response) => {
    const path = request.url ?? '/';
    if (path.startsWith('/v1/')) {
      await relay(collector, request, response);
    } else if (path === '/violations') {
      reports.push(String(await readBody(request)));
      response.end();
    } else if (path === '/tidemark.min.js') {
      response.writeHead(script === 'slow' ? 200 : 404, { 'Content-Type': 'text/javascript' });
      setTimeout(() => response.end(script === 'slow' ? bundle : ''), SCRIPT_TAKES_MS);
    } else if (path === '/tidemark-extras.min.js') {
      response.writeHead(200, { 'Content-Type': 'text/javascript' });
      setTimeout(() => response.end(extras), SCRIPT_TAKES_MS + 500);
    } else {
      response.writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': POLICY });
      response.end(html);
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  return { collector, reports, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

async function openPage(url: string): Promise<{ readonly page: Page; readonly errors: readonly string[] }> {
  const browser = await openBrowser(await temporaryDirectory());
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForSelector('button');
  return { page, errors };
}

const evaluate = <T>(page: Page, work: (window: PageWindow) => T | Promise<T>) =>
  page.evaluate(`(${work})(window)`) as Promise<Awaited<T>>;

describe.skipIf(!CHROMIUM)('the snippet in a real browser', () => {
  it('holds what a page does before its script has come, under the strictest policy', async () => {
    const { collector, reports, url } = await serve('slow');
    const { page, errors } = await openPage(url);
    expect(await evaluate(page, ({ client }) => client.health())).toMatchObject({ queued: 2, delivered: 0 });
    expect(await evaluate(page, ({ tidemark }) => tidemark.held !== undefined)).toBe(true);
    expect(collector.events).toEqual([]);

    await evaluate(page, ({ flushed }) => flushed);
    await collector.waitFor((events) => events.length === 1, 5_000);
    await page.click('button');
    await evaluate(page, ({ client }) => {
      client.track('late');
      return client.flush();
    });
    await collector.waitFor((events) => events.length === 3, 5_000);
    expect(collector.events).toMatchObject([{ name: 'early', props: { n: 1 } }, { type: 'click' }, { name: 'late' }]);
    expect(await evaluate(page, ({ client }) => client.health())).toMatchObject({ delivered: 3, dropped: {} });

    await page.waitForFunction(() => 'debug' in (window as unknown as PageWindow).tidemark);
    const panel = await evaluate(page, ({ tidemark, client }) => {
      const remove = tidemark.debug(client);
      const host = document.documentElement.lastElementChild;
      const width = host?.shadowRoot?.querySelector('section')?.getBoundingClientRect().width;
      remove();
      return { width, text: host?.shadowRoot?.textContent };
    });
    expect(panel).toMatchObject({ width: 332, text: expect.stringContaining('delivered') });

    expect(await evaluate(page, ({ violations }) => violations)).toEqual([]);
    expect([reports, errors]).toEqual([[], []]);
    const [early] = collector.events;
    const calledAt = await evaluate(page, (window) => window.calledAt);
    expect(Math.abs((early?.occurredAt ?? 0) - calledAt)).toBeLessThan(100); // when it was tracked, not when it could be
  });

  it('breaks nothing where the script never comes', async () => {
    const { url, collector } = await serve('missing');
    const { page, errors } = await openPage(url);
    await page.waitForTimeout(SCRIPT_TAKES_MS + 500);
    await evaluate(page, ({ client }) => {
      client.track('in vain');
      client.identify('u1');
      return client.flush(); // a page that waits for it goes on
    });
    expect(await evaluate(page, ({ client }) => client.health())).toMatchObject({ queued: 5, storage: 'memory' });
    expect([errors, collector.batches]).toEqual([[], []]);
  });
});
