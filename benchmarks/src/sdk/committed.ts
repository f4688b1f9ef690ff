import type { Page } from 'playwright-core';
import { waitUntil } from '../process/wait-until.js';
import type { PageWindow, Series } from './in-page.js';

/** A busy machine is slow to write. */
const WITHIN_MS = 60_000;

/** Before the SDK: counts the events that the browser has committed, at the browser's own functions, by their names. */
export const COUNT_COMMITTED = `
  window.committed = {};
  const { add } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.add = function (stored, key) {
    const { name, goal = name, orderId = goal } = JSON.parse(stored.j);
    const series = String(orderId).split(':')[0];
    this.transaction.addEventListener('complete', () => {
      window.committed[series] = (window.committed[series] ?? 0) + 1;
    });
    return add.call(this, stored, key);
  };`;

/** Waits until the page's queue lies on the disk: what it sends from memory is never written. */
export async function onDisk(page: Page): Promise<void> {
  const isOnDisk = () => page.evaluate(() => (window as unknown as PageWindow).client.health().storage === 'indexeddb');
  if ((await waitUntil(isOnDisk, WITHIN_MS, 50)) === undefined) throw new Error('the disk was not opened');
}

/**
 * Waits until the browser has committed all events of the series: what it has not, no page could promise.
 *
 * @param page - one with {@link COUNT_COMMITTED}, whose queue was on the disk when it began to track.
 * @returns milliseconds it took.
 */
export async function committed(page: Page, series: readonly Series[]): Promise<number> {
  const isCommitted = async () => {
    const counts = await page.evaluate(() => (window as unknown as PageWindow).committed);
    return series.every(({ name, count }) => (counts[name] ?? 0) >= count);
  };
  const tookMs = await waitUntil(isCommitted, WITHIN_MS, 50);
  if (tookMs === undefined) throw new Error('the events were not committed');
  return Math.round(tookMs);
}
