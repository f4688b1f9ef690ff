import { sleep } from '../../process/wait-until.js';
import { lyingOnLine, trackPaced } from '../in-page.js';
import type { Scenario } from '../scenario.js';
import { type Stage, visit } from '../stage.js';
import { DOWN, FAIR } from '../weather.js';

/** The network is gone for a while and the page keeps tracking; it comes back and the page is still there. */
export const offline15s: Scenario = offlineFor('offline-15s', 15_000, 150);

export const offline30s: Scenario = offlineFor('offline-30s-1000', 30_000, 1_000);

export const reloadWhileOffline: Scenario = {
  name: 'reload-while-offline',
  isRandom: false,
  async run(stage) {
    const page = await visit(await stage.openContext(), stage.addPage());
    stage.proxy.setWeather(DOWN); // the page itself still comes, as from a cache
    const before = { name: 'before', count: 60 };
    const after = { name: 'after', count: 60 };
    await trackPaced(page, before, 25);
    await page.reload();
    await trackPaced(page, after, 25);
    await page.reload();
    stage.proxy.setWeather(FAIR);
    await stage.drained([page], 120, 30_000);
    return { promised: [before, after] };
  },
};

/** A browser that is sure to be online while nothing gets through, and one that denies a network which is there. */
export const onLineLies: readonly Scenario[] = [
  {
    name: 'online-always-true',
    isRandom: false,
    async run(stage) {
      const context = await stage.openContext();
      const page = await visit(context, stage.addPage({}, lyingOnLine(true)));
      const events = { name: 'lied', count: 60 };
      stage.proxy.setWeather(DOWN);
      await trackPaced(page, events, 100);
      stage.proxy.setWeather(FAIR);
      await stage.drained([page], events.count, 40_000);
      return { promised: [events] };
    },
  },
  {
    name: 'online-always-false',
    isRandom: false,
    async run(stage) {
      const page = await visit(await stage.openContext(), stage.addPage({}, lyingOnLine(false)));
      const events = { name: 'denied', count: 60 };
      await trackPaced(page, events, 100);
      await stage.drained([page], events.count, 40_000);
      return { promised: [events] };
    },
  },
];

function offlineFor(name: string, ms: number, count: number): Scenario {
  return {
    name,
    isRandom: false,
    async run(stage: Stage) {
      const context = await stage.openContext();
      const page = await visit(context, stage.addPage());
      const before = { name: 'online', count: 20 };
      const during = { name: 'offline', count };
      await trackPaced(page, before, 50);
      await context.setOffline(true);
      stage.proxy.setWeather(DOWN); // connections that were open do not outlive it either
      const over = sleep(ms);
      await trackPaced(page, during, ms / (count + 1));
      await over;
      stage.proxy.setWeather(FAIR);
      await context.setOffline(false);
      await stage.drained([page], before.count + count, 30_000);
      return { promised: [before, during] };
    },
  };
}
