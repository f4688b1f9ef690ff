import { sleep } from '../../process/wait-until.js';
import { trackPaced } from '../in-page.js';
import type { Scenario } from '../scenario.js';
import { type Stage, visit } from '../stage.js';
import { DOWN, FAIR, type Weather } from '../weather.js';

const EVENTS = { name: 'weak', count: 150 };
const EVERY_MS = 100;

/** A quarter of the requests is reset, before or after they arrived, a tenth cut short, a tenth turned away. */
const WEAK: Weather = {
  ...FAIR,
  latencyMs: { low: 50, high: 800 },
  lostRequests: 0.125,
  lostAnswers: 0.125,
  cutAnswers: 0.1,
  busy: 0.1,
};

export const weak: Scenario = {
  name: 'weak',
  isRandom: true,
  async run(stage) {
    stage.proxy.setWeather(WEAK);
    const page = await visit(await stage.openContext(), stage.addPage());
    await trackPaced(page, EVENTS, EVERY_MS);
    const drainedBeforeReload = await stage.drained([page], EVENTS.count, 45_000);
    if (!drainedBeforeReload) {
      await page.reload();
      await stage.drained([page], EVENTS.count, 20_000);
    }
    return { promised: [EVENTS], notes: { drainedBeforeReload: Number(drainedBeforeReload) } };
  },
};

/** A second of a slow network that loses every fifth answer, then two of none, over and over; then a visit without. */
export const flapping: Scenario = {
  name: 'flapping',
  isRandom: true,
  async run(stage) {
    const stopFlapping = startFlapping(stage);
    try {
      const page = await visit(await stage.openContext(), stage.addPage());
      await trackPaced(page, EVENTS, EVERY_MS);
      const drainedWhileFlapping = await stage.drained([page], EVENTS.count, 45_000);
      const inMemoryBefore = stage.lastHealth().filter(({ storage }) => storage === 'memory').length;
      await stopFlapping();
      if (!drainedWhileFlapping) {
        await page.reload();
        await stage.drained([page], EVENTS.count, 20_000);
      }
      return { promised: [EVENTS], notes: { drainedWhileFlapping: Number(drainedWhileFlapping), inMemoryBefore } };
    } finally {
      await stopFlapping();
    }
  },
};

/** @returns stops it, and leaves a fair network. */
function startFlapping({ proxy }: Stage): () => Promise<void> {
  const up: Weather = { ...FAIR, latencyMs: { low: 400, high: 400 }, lostAnswers: 0.2 };
  let over = false;
  const flapped = (async () => {
    while (!over) {
      proxy.setWeather(up);
      await sleep(1_000);
      proxy.setWeather(DOWN);
      await sleep(2_000);
    }
    proxy.setWeather(FAIR);
  })();
  return () => {
    over = true;
    return flapped;
  };
}
