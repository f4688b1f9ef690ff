import type { Page } from 'playwright-core';
import { sleep, waitUntil } from '../../process/wait-until.js';
import { trackBurst, trackPaced } from '../in-page.js';
import { openStage, type Stage, visit } from '../stage.js';
import { DOWN } from '../weather.js';
import type { World } from '../world.js';
import { mainThreadClock } from './main-thread.js';

/** What events cost that come at a person's pace: CPU in the page, bytes and requests on the wire. */
export interface PacedCost {
  /**
   * CPU time of the page's main thread: tracking, writing, packing and sending, less what the same page with the same
   * timers uses without the SDK.
   */
  readonly cpuMicrosPerEvent: number;
  /** Of that, what any page pays for one IndexedDB transaction with one text an event, on this machine in this run. */
  readonly bareStoreMicrosPerEvent?: number;
  /** The same without a network with 10,000 events queued, by the same with none. */
  readonly deepQueueRatio: number;
  /** Request line, headers and body. */
  readonly wireBytesPerEvent: number;
  /** Requests of every kind. */
  readonly requestsPer300: number;
}

const CPU_EVENTS = { name: 'paced', count: 1_000 };
const CPU_EVERY_MS = 20;
const WARM_UP = { name: 'warm-up', count: 100 };
/** After the last event, for the last batch to go. */
const REST_MS = 6_000;
const DEEP = { name: 'deep', count: 10_000 };
const PER_TASK = 100;
const WIRE_EVENTS = { name: 'wire', count: 300 };
const WIRE_EVERY_MS = 100;
/** In place of the SDK in the page without it. */
const NO_SDK = 'window.client = { track() {}, health: () => ({ queued: 0 }) };';
/** In its place, too: a text as long as an event's, written down at once and nothing else. */
const BARE_STORE = `
  let database;
  const opening = indexedDB.open('bare', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('events', { autoIncrement: true });
  window.ready = new Promise((resolve) => {
    opening.onsuccess = () => { database = opening.result; resolve(); };
  });
  window.client = {
    track(name, props) {
      const transaction = database.transaction('events', 'readwrite', { durability: 'relaxed' });
      transaction.objectStore('events').add(JSON.stringify({ name, props, rest: 'x'.repeat(160) }));
      transaction.commit();
    },
    health: () => ({ queued: 0 }),
  };`;

/** Other work on the machine only makes an event dearer: of each page the cheapest round is nearest to the truth. */
const ROUNDS = 2;

export async function measurePaced(world: World): Promise<PacedCost> {
  const rounds: PageCosts[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measurePages(world));
  const cheapest = (page: keyof PageCosts) => Math.min(...rounds.map((costs) => costs[page]));
  const empty = cheapest('empty');
  return {
    cpuMicrosPerEvent: cheapest('online') - empty,
    bareStoreMicrosPerEvent: cheapest('bareStore') - empty,
    deepQueueRatio: (cheapest('deep') - empty) / (cheapest('shallow') - empty),
    ...(await withStage(world, 'figure.wire', measureWire)),
  };
}

/** CPU of the main thread an event, microseconds. */
interface PageCosts {
  /** Without the SDK. */
  readonly empty: number;
  /** Without the SDK, each event stored by itself. */
  readonly bareStore: number;
  readonly online: number;
  /** Offline, with nothing queued at first. */
  readonly shallow: number;
  /** Offline, with 10,000 events queued. */
  readonly deep: number;
}

/** They share the machine, since each is idle nearly all of the time, and CPU time is counted, not the clock's. */
async function measurePages(world: World): Promise<PageCosts> {
  const withoutSdk = (before: string) => async (stage: Stage) => {
    const url = world.pages.addPage({ options: undefined, before });
    const page = await visit(await stage.openContext(), url);
    await page.evaluate('window.ready');
    return await cpuMicrosPerEvent(page);
  };
  const [empty, bareStore, online, shallow, deep] = await Promise.all([
    withStage(world, 'figure.no-sdk', withoutSdk(NO_SDK)),
    withStage(world, 'figure.bare-store', withoutSdk(BARE_STORE)),
    withStage(world, 'figure.online', async (stage) => cpuMicrosPerEvent(await openPage(stage))),
    withStage(world, 'figure.shallow', (stage) => cpuOffline(stage, 0)),
    withStage(world, 'figure.deep', (stage) => cpuOffline(stage, DEEP.count)),
  ]);
  return { empty, bareStore, online, shallow, deep };
}

async function withStage<T>(world: World, appId: string, work: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await openStage(world, appId, 1);
  return await work(stage).finally(stage.close);
}

async function openPage(stage: Stage): Promise<Page> {
  return visit(await stage.openContext(), stage.addPage());
}

async function cpuMicrosPerEvent(page: Page): Promise<number> {
  await trackPaced(page, WARM_UP, CPU_EVERY_MS);
  await sleep(REST_MS);
  const micros = await mainThreadClock(page);
  const before = await micros();
  await trackPaced(page, CPU_EVENTS, CPU_EVERY_MS);
  await sleep(REST_MS);
  return ((await micros()) - before) / CPU_EVENTS.count;
}

async function cpuOffline(stage: Stage, queued: number): Promise<number> {
  const page = await openPage(stage);
  stage.proxy.setWeather(DOWN);
  await fillQueue(page, queued);
  return await cpuMicrosPerEvent(page);
}

/** Queues events in many tasks, as they come to be there. */
export async function fillQueue(page: Page, count: number): Promise<void> {
  for (let from = 0; from < count; from += PER_TASK) await trackBurst(page, { ...DEEP, from, count: PER_TASK });
}

async function measureWire(stage: Stage): Promise<Pick<PacedCost, 'wireBytesPerEvent' | 'requestsPer300'>> {
  const { log } = stage.proxy;
  const page = await openPage(stage);
  await trackPaced(page, WIRE_EVENTS, WIRE_EVERY_MS);
  const arrived = () => log.takenEvents() >= WIRE_EVENTS.count;
  if ((await waitUntil(arrived, 2 * REST_MS, 100)) === undefined) throw new Error('not all paced events arrived');
  return { wireBytesPerEvent: log.bytes() / WIRE_EVENTS.count, requestsPer300: log.requests() };
}
