import type { Page } from 'playwright-core';

/** Reads the CPU time that the main thread of a page's process has used so far, microseconds. */
export async function mainThreadClock(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    const seconds = metrics.find(({ name }) => name === 'ThreadTime')?.value;
    if (seconds === undefined) throw new Error('this Chromium does not tell the CPU time of a thread');
    return seconds * 1_000_000;
  };
}
