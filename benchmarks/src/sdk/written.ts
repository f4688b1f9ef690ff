import type { Page } from 'playwright-core';
import { waitUntil } from '../process/wait-until.js';

/** A busy machine is slow to write. */
const WITHIN_MS = 60_000;

/**
 * Waits until the browser has committed so many events: what it has not, no page could promise.
 *
 * @returns milliseconds it took.
 */
export async function written(page: Page, events: number): Promise<number> {
  const tookMs = await waitUntil(async () => (await countStored(page)) >= events, WITHIN_MS, 50);
  if (tookMs === undefined) throw new Error('the events were not written');
  return Math.round(tookMs);
}

/** Asks the SDK's database past the SDK. */
function countStored(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const [{ name } = {}] = await indexedDB.databases();
    if (name === undefined) return 0; // not opened yet
    const outcome = <R>(request: IDBRequest<R>) =>
      new Promise<R>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await outcome(indexedDB.open(name));
    const events = await outcome(database.transaction('events').objectStore('events').count());
    database.close();
    return events;
  });
}
