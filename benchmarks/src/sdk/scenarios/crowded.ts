import { sleep } from '../../process/wait-until.js';
import { COUNT_COMMITTED, committed, onDisk } from '../committed.js';
import { trackBurst, trackPaced } from '../in-page.js';
import type { Scenario } from '../scenario.js';
import { visit } from '../stage.js';
import { FAIR } from '../weather.js';
import { crash } from './killed.js';

/** A page that tracks in a loop: all in one task. */
export const burst: Scenario = {
  name: 'burst-10000',
  isRandom: false,
  async run(stage) {
    const events = { name: 'burst', count: 10_000 };
    const page = await visit(await stage.openContext(), stage.addPage());
    await trackBurst(page, events);
    await stage.drained([page], events.count, 60_000);
    return { promised: [events] };
  },
};

export const twoTabs: Scenario = {
  name: 'two-tabs',
  isRandom: false,
  async run(stage) {
    const url = stage.addPage();
    const context = await stage.openContext();
    const tabs = await Promise.all(['one', 'two'].map(async (name) => ({ name, page: await visit(context, url) })));
    const series = await Promise.all(
      tabs.map(async ({ name, page }) => {
        const events = { name, count: 150 };
        await trackPaced(page, events, 20);
        return events;
      }),
    );
    await stage.drained(
      tabs.map(({ page }) => page),
      300,
      40_000,
    );
    return { promised: series };
  },
};

/** Eight tabs empty one queue over a slow network; the one that came first dies while it sends. */
export const eightTabs: Scenario = {
  name: 'eight-tabs-one-crashes',
  isRandom: false,
  async run(stage) {
    const url = stage.addPage({}, COUNT_COMMITTED);
    const context = await stage.openContext();
    const pages = await Promise.all(Array.from({ length: 8 }, () => visit(context, url)));
    await Promise.all(pages.map(onDisk));
    stage.proxy.setWeather({ ...FAIR, latencyMs: { low: 200, high: 400 } });
    const promised = await Promise.all(
      pages.map(async (page, tab) => {
        const events = { name: `tab${tab}`, count: 500 };
        for (let from = 0; from < events.count; from += 50) {
          await trackBurst(page, { ...events, from, count: 50 });
          await sleep(50);
        }
        return events;
      }),
    );
    await sleep(1_000); // shorter than what is queued
    const [first, ...others] = pages;
    if (first) {
      await committed(first, promised.slice(0, 1));
      await crash(first);
    }
    stage.proxy.setWeather(FAIR);
    await stage.drained(others, 4_000, 45_000);
    return { promised };
  },
};
