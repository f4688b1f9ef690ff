import type { Page } from 'playwright-core';
import { openLoopDisk, whyNoLoopDisk } from '../../process/loop-disk.js';
import { waitUntil } from '../../process/wait-until.js';
import { type PageWindow, trackPaced } from '../in-page.js';
import type { Scenario } from '../scenario.js';
import { visit } from '../stage.js';
import { DOWN, FAIR } from '../weather.js';

const COUNT = 50;
const EVERY_MS = 20;
/** A busy machine is slow to force a hundred writes to its disk. */
const WRITTEN_WITHIN_MS = 30_000;

/** The power goes: orders and conversions were forced to the disk, of other events the file system may forget some. */
export const powerCut: Scenario = {
  name: 'power-cut',
  isRandom: false,
  unavailable: whyNoLoopDisk,
  async run(stage) {
    const url = stage.addPage();
    const disk = await openLoopDisk();
    try {
      const profile = `${disk.path}/profile`;
      const first = await stage.openKillable(profile);
      const page = await visit(first.context, url);
      stage.proxy.setWeather(DOWN);
      await trackDeals(page);
      const relaxed = { name: 'relaxed', count: COUNT };
      await trackPaced(page, relaxed, EVERY_MS);
      await onDisk(page, 3 * COUNT);
      await disk.cutPower();
      await first.kill();
      await disk.remount();
      stage.proxy.setWeather(FAIR);
      const second = await stage.openKillable(profile);
      const again = await visit(second.context, url);
      await stage.drained([again], 2 * COUNT, 30_000);
      await second.kill();
      const promised = ['order', 'goal'].map((name) => ({ name, count: COUNT }));
      return { promised, late: [relaxed] };
    } finally {
      await disk.close();
    }
  },
};

/** Until the browser has committed so many events: what it has not, no page could promise. */
async function onDisk(page: Page, events: number): Promise<void> {
  const areThere = async () => (await countStored(page)) >= events;
  if ((await waitUntil(areThere, WRITTEN_WITHIN_MS, 50)) === undefined) throw new Error('the events were not written');
}

/** Asks the SDK's database past the SDK. */
function countStored(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const [{ name = '' } = {}] = await indexedDB.databases();
    const outcome = <R>(request: IDBRequest<R>) =>
      new Promise<R>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await outcome(indexedDB.open(name));
    const events = await outcome(database.transaction('events').objectStore('events').count());
    database.close();
    return events;
  });
}

/** Orders and conversions in turn, each in a task of its own. */
function trackDeals(page: Page): Promise<void> {
  return page.evaluate(
    async (given) => {
      const { client } = window as unknown as PageWindow;
      const deal = { productId: 'P30', side: 'subscribe', phase: 'placed', shares: 1, price: 1, currency: 'CNY' };
      for (let n = 0; n < given.count; n++) {
        client.order({ ...deal, orderId: `order:${n}` });
        await new Promise((resolve) => setTimeout(resolve, given.everyMs));
        client.conversion(`goal:${n}`);
        await new Promise((resolve) => setTimeout(resolve, given.everyMs));
      }
    },
    { count: COUNT, everyMs: EVERY_MS },
  );
}
