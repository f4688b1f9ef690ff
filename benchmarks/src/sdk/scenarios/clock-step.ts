import { STEPPING_CLOCK, stepClock, trackPaced } from '../in-page.js';
import type { Scenario } from '../scenario.js';
import { visit } from '../stage.js';

const DAY_MS = 86_400_000;

/** Somebody sets the device a day ahead while the page is open. */
export const clockStep: Scenario = {
  name: 'clock-step-1-day',
  isRandom: false,
  async run(stage) {
    const before = { name: 'before', count: 60 };
    const after = { name: 'after', count: 60 };
    const page = await visit(await stage.openContext(), stage.addPage({}, STEPPING_CLOCK));
    await trackPaced(page, before, 50);
    await stepClock(page, DAY_MS);
    await trackPaced(page, after, 50);
    await stage.drained([page], before.count + after.count, 30_000);
    return { promised: [before, after] };
  },
};
