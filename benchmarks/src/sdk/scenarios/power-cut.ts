import type { Page } from 'playwright-core';
import { openLoopDisk, whyNoLoopDisk } from '../../process/loop-disk.js';
import { COUNT_COMMITTED, committed, onDisk } from '../committed.js';
import { type PageWindow, trackPaced } from '../in-page.js';
import type { Scenario } from '../scenario.js';
import { visit } from '../stage.js';
import { DOWN, FAIR } from '../weather.js';

const COUNT = 50;
const EVERY_MS = 20;

/** The power goes: orders and conversions were forced to the disk, of other events the file system may forget some. */
export const powerCut: Scenario = {
  name: 'power-cut',
  isRandom: false,
  unavailable: whyNoLoopDisk,
  async run(stage) {
    const url = stage.addPage({}, COUNT_COMMITTED);
    const disk = await openLoopDisk();
    try {
      const profile = `${disk.path}/profile`;
      const first = await stage.openKillable(profile);
      const page = await visit(first.context, url);
      stage.proxy.setWeather(DOWN);
      await onDisk(page);
      await trackDeals(page);
      const relaxed = { name: 'relaxed', count: COUNT };
      await trackPaced(page, relaxed, EVERY_MS);
      const promised = ['order', 'goal'].map((name) => ({ name, count: COUNT }));
      await committed(page, [...promised, relaxed]);
      await disk.cutPower();
      await first.kill();
      await disk.remount();
      stage.proxy.setWeather(FAIR);
      const second = await stage.openKillable(profile);
      const again = await visit(second.context, url);
      await stage.drained([again], 2 * COUNT, 30_000);
      await second.kill();
      return { promised, late: [relaxed] };
    } finally {
      await disk.close();
    }
  },
};

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
