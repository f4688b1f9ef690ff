import type { Page } from 'playwright-core';
import { sleep } from '../../process/wait-until.js';
import { COUNT_COMMITTED, committed, onDisk } from '../committed.js';
import { trackBurst, trackPaced } from '../in-page.js';
import { PROMISED_AFTER_MS, type Scenario } from '../scenario.js';
import { visit } from '../stage.js';
import { DOWN, FAIR } from '../weather.js';

const COUNTS = [200, 10_000];
/** One task of the page holds so many. */
const PER_TASK = 100;
const LATE_EVERY_MS = 20;

/** The page's process dies with a full queue; the next visit tracks nothing and must empty it. */
export const crashedRenderer: readonly Scenario[] = COUNTS.map((count) => ({
  name: `renderer-crash-with-${count}`,
  isRandom: false,
  async run(stage) {
    const url = stage.addPage({}, COUNT_COMMITTED);
    const context = await stage.openContext();
    const page = await visit(context, url);
    stage.proxy.setWeather(DOWN);
    const { early, late, writtenLateMs } = await fillAndGoOn(page, count);
    await crash(page);
    stage.proxy.setWeather(FAIR);
    const again = await visit(context, url);
    await stage.drained([again], count, drainMs(count));
    return { promised: [early], late: [late], notes: { writtenLateMs } };
  },
}));

/** The same with SIGKILL for the whole browser. */
export const killedBrowser: readonly Scenario[] = COUNTS.map((count) => ({
  name: `browser-kill-with-${count}`,
  isRandom: false,
  async run(stage) {
    const url = stage.addPage({}, COUNT_COMMITTED);
    const profile = await stage.newProfile();
    const browser = await stage.openKillable(profile);
    const page = await visit(browser.context, url);
    stage.proxy.setWeather(DOWN);
    const { early, late, writtenLateMs } = await fillAndGoOn(page, count);
    await browser.kill();
    stage.proxy.setWeather(FAIR);
    const again = await visit((await stage.openKillable(profile)).context, url);
    await stage.drained([again], count, drainMs(count));
    return { promised: [early], late: [late], notes: { writtenLateMs } };
  },
}));

/** Ends the process of a page as a lack of memory does. */
export async function crash(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash');
  const session = await page.context().newCDPSession(page);
  session.send('Page.crash').catch(() => undefined); // nobody is left to answer it
  await crashed;
}

/**
 * Fills the queue, then tracks on for a second: those are too late to be promised. A machine that is too busy to write in
 * that second is told apart from an SDK that did not: by `writtenLateMs`.
 */
async function fillAndGoOn(page: Page, count: number) {
  const early = { name: 'early', count };
  await onDisk(page);
  for (let from = 0; from < count; from += PER_TASK) await trackBurst(page, { ...early, from, count: PER_TASK });
  const late = { name: 'late', count: PROMISED_AFTER_MS / LATE_EVERY_MS + 50 };
  trackPaced(page, late, LATE_EVERY_MS).catch(() => undefined); // its page dies under it
  await sleep(PROMISED_AFTER_MS + 100);
  return { early, late, writtenLateMs: await committed(page, [early]) };
}

function drainMs(count: number): number {
  return 30_000 + count * 4;
}
