// Makes the pictures of the documentation: starts what `npm start` starts, lets a few visitors walk through the shop in a
// real browser, and photographs console, shop and the app around it. Run with `pnpm screenshots`.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromiumArguments, ensureChromium } from './chromium.mjs';
import { root, say } from './repo.mjs';
import { setup } from './setup.mjs';

const visitors = 5;
const visitMs = 45_000;
const products = ['P7', 'P14', 'P30', 'P45'];

await setup({ quiet: false });
const { chromium } = await import('playwright-core');
const data = await mkdtemp(join(tmpdir(), 'tidemark-screenshots-'));
const dev = spawn(
  process.execPath,
  [
    'packages/collector/dist/cli/main.js',
    'dev',
    '--market',
    '--data',
    data,
    '--port',
    '0',
    '--site-port',
    '0',
    '--site',
    'examples/h5-fund-shop/dist/site',
    '--site-page',
    'simulator=/native/',
  ],
  { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
);
const browser = await chromium.launch({ executablePath: await ensureChromium(), args: chromiumArguments });
try {
  say('Waiting for the demo to learn how likely orders are filled ...');
  const { shop, simulator, console: consoleAddress } = await readAddresses(dev.stdout);
  const desk = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await desk.goto(consoleAddress);
  say(`Letting ${visitors} visitors walk through the shop for ${visitMs / 1000} s ...`);
  await Promise.all(Array.from({ length: visitors }, (_, index) => walk(shop, index)));
  await sleep(3_000);
  await desk.screenshot({ path: join(root, 'docs/images/console.png') });
  await desk.check('[data-test="view"] input[value="orders"]');
  await desk.click('[data-test="order"]');
  await sleep(500);
  await desk.screenshot({ path: join(root, 'docs/images/orders.png') });
  const phone = await browser.newPage({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 });
  await phone.goto(shop);
  await sleep(1_500);
  await phone.screenshot({ path: join(root, 'docs/images/shop.png') });
  await photographApp(simulator);
  say('docs/images/console.png, orders.png, shop.png and native-screens.png are made.');
} finally {
  await browser.close();
  dev.kill('SIGINT');
  await new Promise((resolve) => dev.once('exit', resolve));
  await rm(data, { recursive: true, force: true });
}

/** The addresses, once orders get their probability. */
async function readAddresses(stdout) {
  const found = {};
  for await (const line of createInterface({ input: stdout })) {
    const [, name, address] = /^ {2}(shop|simulator|console) +(\S+)$/.exec(line) ?? [];
    if (name) found[name] = address;
    if (line.includes('orders get their probability')) return found;
  }
  throw new Error('the collector ended before it had learnt from its market');
}

/** One visitor: looks at products, subscribes to some, at a person's pace. */
async function walk(shop, index) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const until = Date.now() + visitMs;
  for (let round = 0; Date.now() < until; round++) {
    await page.goto(shop);
    await sleep(1_300 + 400 * index);
    await page.click(`[data-test="product-${products[(index + round) % products.length]}"]`);
    await sleep(1_000 + 300 * ((index + round) % 5));
    if ((index + round) % 3 === 0) {
      await page.click('[data-test="subscribe"]');
      await sleep(1_200);
      await page.click('[data-test="confirm-subscribe"]');
      await sleep(800);
      await page.click('[data-test="tab-holdings"]');
      await sleep(900);
    }
  }
  await context.close();
}

/** From a native screen into the shop, to a subscription, and to another native screen and back. */
async function photographApp(simulator) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 858 } });
  await page.goto(simulator);
  await page.click('[data-test="open-featured"]');
  const shop = page.frameLocator('iframe');
  await shop.locator('[data-test="subscribe"]').waitFor();
  await sleep(2_500);
  await shop.locator('[data-test="subscribe"]').click();
  await sleep(900);
  await shop.locator('[data-test="confirm-subscribe"]').click();
  await sleep(1_500);
  await page.click('[data-test="native-account"]');
  await sleep(1_200);
  await page.click('[data-test="native-back"]');
  await sleep(2_000);
  await page.screenshot({ path: join(root, 'docs/images/native-screens.png') });
}
