import type { Page } from 'playwright-core';
import { sleep } from '../../process/wait-until.js';
import type { PageWindow, Series } from '../in-page.js';
import type { Scenario } from '../scenario.js';
import { visit } from '../stage.js';

const LEAVE_AFTER_MS = 50;
/** For what was sent on the way out to arrive. */
const SETTLE_MS = 2_000;

/** The person follows a link right after the last event; more than fits into one last request in the second case. */
export const leave: readonly Scenario[] = [20, 500].map((count) => ({
  name: `leave-50ms-after-${count}`,
  isRandom: false,
  async run(stage) {
    const url = stage.addPage();
    const events = { name: 'left', count };
    const page = await visit(await stage.openContext(), url);
    await sleep(500); // past the start
    await trackAndLeave(page, events, stage.elsewhere);
    await page.waitForURL(stage.elsewhere);
    await sleep(SETTLE_MS);
    const arrivedBeforeRevisit = stage.proxy.log.takenEvents();
    await page.goto(url);
    await stage.drained([page], count, 30_000);
    return { promised: [events], notes: { arrivedBeforeRevisit } };
  },
}));

function trackAndLeave(page: Page, { name, count }: Series, to: string): Promise<void> {
  return page.evaluate(
    (given) => {
      const { client } = window as unknown as PageWindow;
      for (let n = 0; n < given.count; n++) client.track(given.name, { n });
      setTimeout(() => location.assign(given.to), given.afterMs);
    },
    { name, count, to, afterMs: LEAVE_AFTER_MS },
  );
}
