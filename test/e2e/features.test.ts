import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import type { Client } from '@tidemark/sdk-web';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../fixtures/temporary-directory.js';
import { CHROMIUM, openBrowser } from './chromium.js';

const DIST = new URL('../../packages/sdk-web/dist/', import.meta.url);
const SCRIPTS = ['/tidemark.min.js', '/tidemark-extras.min.js'];
const SECRET = 'hunter2secret';

/** What the page's own script leaves for the test. */
type ClientWindow = { readonly client: Client };
type SentEvent = { readonly type: string; readonly eventId: string } & Readonly<Record<string, unknown>>;

const head = (origin: string) => `<!doctype html><title>a page</title>
  <style>body { margin: 0 } .high { height: 5000px } .low { height: 200px } .gap { height: 1500px }</style>
  ${SCRIPTS.map((path) => `<script src="${path}"></script>`).join('')}<script>window.client = tidemark.init({
    endpoint: '${origin}', writeKey: 'tm_pk_features', flushIntervalMs: 200,
    features: [
      tidemark.scrollDepth({ milestones: [0.5, 1] }), tidemark.clicks(), tidemark.formStarts(), tidemark.exposures(),
      tidemark.links(), tidemark.webVitals(), tidemark.errors(), tidemark.touchRhythm(),
    ],
  })</script>`;

const body = (elsewhere: string) => `<h1>Funds</h1>
  <button id="pay" class="primary">Pay 1,234.50 now</button>
  <p data-tidemark="off"><button id="quiet">Quiet</button></p>
  <fund-card></fund-card>
  <form name="login" action="/session"><input id="user"><input id="password" type="password"></form>
  <p data-tidemark="search"><input id="search"></p>
  <a id="out" target="_blank" href="${elsewhere}/partner?token=${SECRET}#x">Partner</a>
  <a id="kept" href="${elsewhere}/kept" onclick="return false">Kept</a>
  <a id="file" href="/terms.pdf?user=${SECRET}" download>Terms</a>
  <a id="next" href="/next">Next</a>
  <div class="low" data-tidemark-exposure="hero">hero</div>
  <div class="gap"></div>
  <div class="high" data-tidemark-exposure="details">details</div>
  <div id="later"></div>
  <script>
    document.querySelector('fund-card').attachShadow({ mode: 'open' }).innerHTML = '<button class="buy">Buy</button>';
  </script>`;

/** A page with all features, and a collector that keeps what it is sent. */
async function startWorld() {
  const scripts = new Map<string, Buffer>();
  for (const path of SCRIPTS) scripts.set(path, await readFile(new URL(`.${path}`, DIST)));
  const events = new Map<string, SentEvent>();
  async function accept(request: IncomingMessage): Promise<string> {
    const sent = await buffer(request);
    const isPacked = new URL(request.url ?? '', 'http://collector').searchParams.get('z') === 'gzip';
    const text = (isPacked ? gunzipSync(sent) : sent).toString();
    const batch = JSON.parse(text) as { readonly batchId: string; readonly events: readonly SentEvent[] };
    for (const event of batch.events) events.set(event.eventId, event);
    const { batchId } = batch;
    return JSON.stringify({
      batchId,
      accepted: batch.events.length,
      duplicate: 0,
      rejected: [],
      serverTimeMs: Date.now(),
    });
  }
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace(/\?.*/, '');
    response.setHeader('Content-Type', path.startsWith('/v1/') ? 'application/json' : 'text/html');
    if (path === '/v1/batch') response.writeHead(202).end(await accept(request));
    else if (path.startsWith('/v1/')) response.writeHead(404).end('{"code":"not_found"}');
    else if (scripts.has(path)) response.setHeader('Content-Type', 'text/javascript').end(scripts.get(path));
    else if (path === '/partner') response.end('elsewhere');
    else response.end(head(origin) + (path === '/' ? body(elsewhere) : ''));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const elsewhere = `http://localhost:${port}`; // the same server: another origin all the same

  const browser = await openBrowser(await temporaryDirectory());
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`${origin}/?token=${SECRET}`);
  return {
    page,
    elsewhere,
    origin,
    all: () => [...events.values()],
    of: (type: string) => [...events.values()].filter((event) => event.type === type),
  };
}

async function flush(page: Page): Promise<void> {
  await page.evaluate(() => (window as unknown as ClientWindow).client.flush());
}

const inTime = { timeout: 10_000 };

describe.skipIf(!CHROMIUM)('the features in a real browser', () => {
  it('tell of clicks, forms, links and files, and never of what was typed', async () => {
    const { all, elsewhere, of, origin, page } = await startWorld();
    await page.click('#pay');
    await page.click('#quiet');
    await page.locator('fund-card button').click();
    await page.focus('#user');
    await page.keyboard.press('Tab');
    await page.keyboard.type(SECRET);
    await page.fill('#user', SECRET);
    await page.fill('#search', SECRET);
    await page.focus('#out');
    await page.keyboard.press('Enter');
    await page.bringToFront();
    await page.click('#out', { button: 'middle' });
    await page.bringToFront();
    await page.click('#kept');
    await page.click('#file');
    await expect.poll(() => of('download').length, inTime).toBe(1);
    await flush(page);
    const outbound = of('outbound_link').map(({ url }) => url);
    expect(outbound).toEqual([`${elsewhere}/partner`, `${elsewhere}/partner`]);
    expect(of('download').map(({ url }) => url)).toEqual([`${origin}/terms.pdf`]);
    expect(of('form_start').map(({ form }) => form)).toEqual(['login', 'search']);
    expect(of('click').map(({ target }) => target)).toEqual([
      'button#pay.primary Pay * now',
      'button.buy Buy',
      'a#out Partner',
      'a#kept Kept',
      'a#file Terms',
    ]);
    const [view] = of('page_view');
    for (const type of ['click', 'form_start', 'outbound_link', 'download']) {
      for (const event of of(type)) expect(event.viewId).toBe(view?.viewId);
    }
    expect(JSON.stringify(all())).not.toContain(SECRET);
  });

  it('tell how deep the page was scrolled and which modules were seen for a second', async () => {
    const { of, page } = await startWorld();
    await expect.poll(() => of('exposure').map(({ module }) => module), inTime).toEqual(['hero']);
    await page.mouse.move(200, 400);
    await page.mouse.wheel(0, 3_000); // 800 pixels of details, which are six viewports high
    await expect.poll(() => of('exposure').map(({ module }) => module), inTime).toEqual(['hero', 'details']);
    expect(of('scroll').map(({ depthRatio }) => depthRatio)).toEqual([0.5]);
    await page.evaluate(() => {
      const later = document.querySelector('#later');
      if (later) later.innerHTML = '<div class="low" data-tidemark-exposure="late">late</div>';
      scrollTo(0, document.documentElement.scrollHeight);
    });
    await expect.poll(() => of('exposure').map(({ module }) => module), inTime).toEqual(['hero', 'details', 'late']);
    expect(of('scroll').map(({ depthRatio }) => depthRatio)).toEqual([0.5, 1]);
    await page.evaluate(() => scrollTo(0, 0));
    await page.evaluate(() => history.pushState(null, '', '/app'));
    await expect.poll(() => of('view_end').length, inTime).toBe(1);
    expect(of('view_end')[0]?.scrollDepthRatio).toBe(1);
    // The hero stayed in sight: it is seen in the new view, too.
    await expect.poll(() => of('exposure').filter(({ module }) => module === 'hero').length, inTime).toBe(2);
    expect(of('exposure').at(-1)?.viewId).not.toBe(of('exposure')[0]?.viewId);
    await page.goto('about:blank');
    await page.goBack();
    await expect.poll(() => of('view_end').length, inTime).toBe(2);
    expect(of('view_end')[1]?.scrollDepthRatio).toBeLessThan(0.5);
  });

  it('tell how long taps, presses of a mouse, its moves to them and gaps between keys take, once a view', async () => {
    const { of, page } = await startWorld();
    for (let n = 0; n < 4; n++) {
      await page.mouse.move(300, 300 + n);
      for (let step = 0; step < 10; step++) {
        await page.mouse.move(300 - 20 * step, 300 - 20 * step);
        await page.waitForTimeout(16);
      }
      await page.click('#pay', { delay: 60 });
    }
    await page.focus('#search');
    await page.keyboard.type(SECRET, { delay: 40 });
    const finger = await page.context().newCDPSession(page);
    const box = await page.locator('#pay').boundingBox();
    for (let n = 0; n < 5; n++) {
      const touchPoints = [{ x: (box?.x ?? 0) + 5, y: (box?.y ?? 0) + 5 }];
      await finger.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
      await page.waitForTimeout(60);
      await finger.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    }
    await page.focus('#search');
    await page.keyboard.type(SECRET, { delay: 40 });
    await page.evaluate(() => history.pushState(null, '', '/app'));
    const rhythms = () => of('custom').filter(({ name }) => name === 'touch_rhythm');
    await expect.poll(() => rhythms().length, inTime).toBe(1);
    const props = rhythms()[0]?.props as Readonly<Record<string, number>>;
    const keys = SECRET.length - 1;
    expect(props).toMatchObject({ taps: 5, presses: 4, moves: 4, keyboard_gaps: keys, key_gaps: keys });
    for (const name of ['tap_ms', 'press_ms']) expect(props[name]).toBeGreaterThanOrEqual(55);
    for (const name of ['key_gap_ms', 'keyboard_gap_ms']) expect(props[name]).toBeGreaterThanOrEqual(35);
    expect(props.move_ms).toBeGreaterThanOrEqual(150);
    expect(props.move_ms).toBeLessThanOrEqual(2_000);
  });

  it('tell each web vital of a page load once, before it is left', async () => {
    const { of, page } = await startWorld();
    await page.evaluate(() => {
      document.querySelector('#pay')?.addEventListener('click', () => {
        const until = performance.now() + 120;
        while (performance.now() < until); // a slow answer to the tap
      });
      document.querySelector('h1')?.setAttribute('style', 'margin-top: 300px'); // everything moves
    });
    await page.click('#pay');
    await page.waitForTimeout(1_500); // the library takes interactions in when the page is idle, a second later at most
    await page.click('#next');
    await page.waitForURL('**/next');
    await expect.poll(() => of('web_vital').filter(({ page }) => page === '/').length, inTime).toBe(5);
    await flush(page);
    const [first] = of('page_view');
    const vitals = of('web_vital').filter(({ viewId }) => viewId === first?.viewId);
    expect(vitals.map(({ metric }) => metric).sort()).toEqual(['CLS', 'FCP', 'INP', 'LCP', 'TTFB']);
    const value = (name: string) => Number(vitals.find(({ metric }) => metric === name)?.value);
    expect(value('INP')).toBeGreaterThanOrEqual(100);
    expect(value('CLS')).toBeGreaterThan(0);
    expect(value('LCP')).toBeGreaterThanOrEqual(value('FCP'));
    expect(value('FCP')).toBeGreaterThan(value('TTFB'));
  });

  it('tell of errors and rejections once, and count their repetitions', async () => {
    const { all, of, page } = await startWorld();
    await page.addScriptTag({
      content: `
        const boom = () => { throw new TypeError('boom'); };
        for (let i = 0; i < 3; i++) setTimeout(boom);
        Promise.reject({ code: 401, message: 'not signed in' });
        document.body.append(Object.assign(new Image(), { src: 'data:image/png,nothing' }));`,
    });
    await expect.poll(() => of('error').length, inTime).toBe(2);
    await flush(page);
    const error = of('error').find(({ message }) => message === 'Uncaught TypeError: boom');
    expect(error?.stack).toContain('boom');
    expect(of('error').map(({ message }) => message)).toContain('not signed in');
    const { dropped } = await page.evaluate(() => (window as unknown as ClientWindow).client.health());
    expect(dropped.error_rate).toBe(2);
    expect(JSON.stringify(all())).not.toContain(SECRET);
  });
});
