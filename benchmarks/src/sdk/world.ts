import type { Browser } from 'playwright-core';
import { openTables, type Tables } from '../chaos/open-tables.js';
import { tendCollector } from '../chaos/tended-collector.js';
import { readKeys } from '../process/start-collector.js';
import { withTemporaryDirectory } from '../process/temporary-directory.js';
import { launchBrowser } from './browser.js';
import { type PageServer, startPageServer } from './page-server.js';

/** What all runs share: a collector with its engine, a server of pages, and a browser. */
export interface World {
  readonly collectorUrl: string;
  readonly writeKey: string;
  readonly pages: PageServer;
  readonly browser: Browser;
  /** Stops the collector, when everything that it acknowledged is in the store, and reads the tables. For the end. */
  readStore<T>(read: (tables: Tables) => Promise<T>): Promise<T>;
}

/** Makes a world, and takes it away however the work ends. */
export function withWorld<T>(work: (world: World) => Promise<T>): Promise<T> {
  return withTemporaryDirectory(async (dataDirectory) => {
    const collector = await tendCollector(dataDirectory);
    const closing: (() => Promise<void>)[] = [async () => collector.destroy()];
    try {
      const pages = await startPageServer();
      closing.unshift(pages.close);
      const browser = await launchBrowser();
      closing.unshift(() => browser.close());
      return await work({
        collectorUrl: collector.url,
        writeKey: readKeys(dataDirectory).writeKey,
        pages,
        browser,
        async readStore(read) {
          await collector.drainAndStop();
          const tables = await openTables(dataDirectory);
          return await read(tables).finally(tables.close);
        },
      });
    } finally {
      for (const close of closing) await close();
    }
  });
}
