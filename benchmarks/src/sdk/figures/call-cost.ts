import type { Page } from 'playwright-core';
import { median } from '../../median.js';
import { quantile } from '../../quantile.js';
import type { PageWindow } from '../in-page.js';
import { openStage, visit } from '../stage.js';
import type { World } from '../world.js';

/** What the page waits for when it calls the SDK. */
export interface CallCost {
  readonly trackP50Micros: number;
  readonly trackP95Micros: number;
  /** Of the call of `init` in a fresh page; the script is loaded by then. */
  readonly initMs: number;
}

const ROUNDS = 5;
const CALLS = 1_000;
/** Timed together, since a page's clock is coarse; each batch in a task of its own, as a page's calls mostly are. */
const CALLS_PER_BATCH = 10;
const WARM_UP_CALLS = 200;
const LOADS = 15;

export async function measureCallCost(world: World): Promise<CallCost> {
  const stage = await openStage(world, 'figure.call-cost', 1);
  try {
    const url = stage.addPage();
    const context = await stage.openContext();
    const initMs: number[] = [];
    for (let load = 0; load <= LOADS; load++) {
      const page = await visit(context, url);
      initMs.push(await readInitMs(page));
      await page.close();
    }
    initMs.shift(); // there the browser makes the storage of the origin
    const page = await visit(context, url);
    await timeTrack(page, WARM_UP_CALLS);
    const micros: number[] = [];
    for (let round = 0; round < ROUNDS; round++) micros.push(...(await timeTrack(page, CALLS)));
    return { trackP50Micros: quantile(micros, 0.5), trackP95Micros: quantile(micros, 0.95), initMs: median(initMs) };
  } finally {
    await stage.close();
  }
}

function readInitMs(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { beforeInit, afterInit } = window as unknown as PageWindow;
    return afterInit - beforeInit;
  });
}

/** @returns microseconds a call, batch by batch. */
function timeTrack(page: Page, calls: number): Promise<number[]> {
  return page.evaluate(
    async (given) => {
      const { client } = window as unknown as PageWindow;
      const micros: number[] = [];
      for (let n = 0; n < given.calls; ) {
        const startedAt = performance.now();
        for (let index = 0; index < given.perBatch; index++) client.track('timed', { n: n++ });
        micros.push(((performance.now() - startedAt) * 1_000) / given.perBatch);
        await new Promise((resolve) => setTimeout(resolve));
      }
      return micros;
    },
    { calls, perBatch: CALLS_PER_BATCH },
  );
}
