import { sleep } from '../../process/wait-until.js';
import { trackPaced } from '../in-page.js';
import type { Scenario } from '../scenario.js';
import { visit } from '../stage.js';
import { FAIR } from '../weather.js';

/** The collector turns everything away, then nothing but resets for 15 seconds, then all is well. */
export const collectorDown: Scenario = {
  name: 'collector-503-then-reset-15s',
  isRandom: false,
  async run(stage) {
    const events = { name: 'refused', count: 150 };
    const page = await visit(await stage.openContext(), stage.addPage());
    stage.proxy.setWeather({ ...FAIR, busy: 1 });
    const tracking = trackPaced(page, events, 100);
    await sleep(5_000);
    stage.proxy.setWeather({ ...FAIR, lostRequests: 1 });
    await sleep(15_000);
    stage.proxy.setWeather(FAIR);
    await tracking;
    await stage.drained([page], events.count, 45_000);
    return { promised: [events] };
  },
};
