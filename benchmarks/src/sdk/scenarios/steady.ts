import { trackPaced } from '../in-page.js';
import type { Scenario } from '../scenario.js';
import { visit } from '../stage.js';

const EVENTS = { name: 'steady', count: 100 };

/** Nothing is wrong: what the other runs are compared with. */
export const steady: Scenario = {
  name: 'steady',
  isRandom: false,
  async run(stage) {
    const page = await visit(await stage.openContext(), stage.addPage());
    await trackPaced(page, EVENTS, 50);
    await stage.drained([page], EVENTS.count, 30_000);
    return { promised: [EVENTS] };
  },
};
