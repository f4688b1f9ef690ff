import type { Browser, Page } from 'playwright-core';
import { sleep } from '../../process/wait-until.js';
import { launchBrowser } from '../browser.js';
import { trackPaced } from '../in-page.js';
import { openStage, type Stage } from '../stage.js';
import { DOWN, FAIR } from '../weather.js';
import type { World } from '../world.js';
import { fillQueue } from './paced.js';

/** The longest a page's main thread was held, milliseconds. */
export interface LongestTasks {
  readonly pacedMs: number;
  /** From the script tag of a page whose device holds 10,000 events until all of them are delivered. */
  readonly backlogMs: number;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
}

/** Tasks of any length, and the mark that the page sets before the SDK's script tag. */
const CATEGORIES = ['disabled-by-default-devtools.timeline', 'blink.user_timing'];
const MARK = 'before-sdk';
/** Other work on the machine only makes a task longer: the quietest round is nearest to the truth. */
const ROUNDS = 2;
const ATTEMPTS = 3;
const PACED = { name: 'paced', count: 500 };
const EVERY_MS = 20;
const REST_MS = 6_000;
const BACKLOG = 10_000;
const DRAINED_WITHIN_MS = 60_000;

export async function measureLongestTasks(world: World): Promise<LongestTasks> {
  const rounds: LongestTasks[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ pacedMs: await inFreshBrowser(world, paced), backlogMs: await inFreshBrowser(world, backlog) });
  }
  return {
    pacedMs: Math.min(...rounds.map(({ pacedMs }) => pacedMs)),
    backlogMs: Math.min(...rounds.map(({ backlogMs }) => backlogMs)),
  };
}

/** A browser is traced as a whole, so nothing else may run in it. A trace that lost the page's mark is made once more. */
async function inFreshBrowser(
  world: World,
  work: (stage: Stage, browser: Browser) => Promise<number | undefined>,
): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const longestMs = await inOneBrowser(world, work);
    if (longestMs !== undefined) return longestMs;
  }
  throw new Error(`${ATTEMPTS} traces do not show the page`);
}

async function inOneBrowser<T>(world: World, work: (stage: Stage, browser: Browser) => Promise<T>): Promise<T> {
  const browser = await launchBrowser();
  const stage = await openStage({ ...world, browser }, 'figure.longest-task', 1);
  try {
    return await work(stage, browser);
  } finally {
    await stage.close();
    await browser.close();
  }
}

async function paced(stage: Stage, browser: Browser): Promise<number | undefined> {
  const page = await (await stage.openContext()).newPage();
  return await longestTaskMs(browser, page, async () => {
    await page.goto(stage.addPage({}, `performance.mark('${MARK}');`));
    await trackPaced(page, PACED, EVERY_MS);
    await sleep(REST_MS);
  });
}

async function backlog(stage: Stage, browser: Browser): Promise<number | undefined> {
  const url = stage.addPage({}, `performance.mark('${MARK}');`);
  const context = await stage.openContext();
  const first = await context.newPage();
  stage.proxy.setWeather(DOWN);
  await first.goto(url);
  await fillQueue(first, BACKLOG);
  await sleep(1_000);
  await first.close();
  stage.proxy.setWeather(FAIR);
  const page = await context.newPage();
  return await longestTaskMs(browser, page, async () => {
    await page.goto(url);
    if (!(await stage.drained([], BACKLOG, DRAINED_WITHIN_MS)))
      throw new Error('the backlog was not delivered in time');
  });
}

/** Traces the work. @returns the longest task of the page's main thread that ended after its mark; undefined without it. */
async function longestTaskMs(browser: Browser, page: Page, work: () => Promise<void>): Promise<number | undefined> {
  await browser.startTracing(page, { categories: CATEGORIES });
  await work();
  const trace = JSON.parse((await browser.stopTracing()).toString()) as { readonly traceEvents: readonly TraceEvent[] };
  const mark = trace.traceEvents.find(({ name }) => name === MARK);
  if (!mark) return undefined;
  const tasks = trace.traceEvents.filter(
    ({ name, pid, tid, ts, dur = 0 }) =>
      name === 'RunTask' && pid === mark.pid && tid === mark.tid && ts + dur >= mark.ts,
  );
  return tasks.reduce((longest, { dur = 0 }) => Math.max(longest, dur), 0) / 1_000;
}
