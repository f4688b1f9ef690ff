import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { waitUntil } from '../process/wait-until.js';
import { type KillableBrowser, openKillableBrowser } from './browser.js';
import { healthOf, type PageHealth } from './in-page.js';
import { type LossyProxy, startLossyProxy } from './lossy-proxy.js';
import { FAIR } from './weather.js';
import type { World } from './world.js';

/** One run's own part of the world: its app, its network, its devices. */
export interface Stage {
  readonly proxy: LossyProxy;
  /** A page of the same origin without the SDK. */
  readonly elsewhere: string;
  /** Serves a page whose SDK sends through the proxy; views are off unless asked for. */
  addPage(options?: Readonly<Record<string, unknown>>, before?: string): string;
  /** A person's browser: storage of its own in the shared process. */
  openContext(): Promise<BrowserContext>;
  /** A browser in a process of its own. */
  openKillable(profile: string): Promise<KillableBrowser>;
  /** A directory for a profile, gone at the end. */
  newProfile(): Promise<string>;
  /**
   * Waits until the collector took so many different events and these pages have nothing left to send.
   *
   * @param patienceMs - how long nothing may move: a busy machine is slow, and that is not what is looked at.
   * @returns whether that came about.
   */
  drained(pages: readonly Page[], events: number, patienceMs: number): Promise<boolean>;
  /** What the SDKs of the pages that were last waited for told of themselves at the end of it. */
  lastHealth(): readonly PageHealth[];
  close(): Promise<void>;
}

const LOOK_MS = 100;
/** A browser that was killed leaves children that write for a moment. */
const REMOVE = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 } as const;

/** @param appId - tells this run's rows in the store. */
export async function openStage(world: World, appId: string, seed: number): Promise<Stage> {
  const proxy = await startLossyProxy({ target: world.collectorUrl, seed, weather: FAIR });
  const closing: (() => Promise<unknown>)[] = [proxy.close];
  let lastHealth: readonly PageHealth[] = [];
  return {
    proxy,
    elsewhere: world.pages.elsewhere,
    addPage(options, before) {
      const { writeKey } = world;
      const all = { endpoint: proxy.url, writeKey, appId, automaticViews: false, ...options };
      return world.pages.addPage({ options: all, before });
    },
    async openContext() {
      const context = await world.browser.newContext();
      closing.unshift(() => context.close().catch(() => undefined)); // it may have ended with its browser
      return context;
    },
    async openKillable(profile) {
      const browser = await openKillableBrowser(profile);
      closing.unshift(browser.kill);
      return browser;
    },
    async newProfile() {
      const profile = await mkdtemp(join(tmpdir(), 'tidemark-profile-'));
      closing.push(() => rm(profile, REMOVE));
      return profile;
    },
    async drained(pages, events, patienceMs) {
      const isDrained = async () => {
        lastHealth = await Promise.all(pages.map(healthOf));
        return proxy.log.takenEvents() >= events && lastHealth.every(({ queued }) => queued === 0);
      };
      for (let before = -1; proxy.log.takenEvents() > before; ) {
        before = proxy.log.takenEvents();
        if ((await waitUntil(isDrained, patienceMs, LOOK_MS)) !== undefined) return true;
      }
      return false;
    },
    lastHealth: () => lastHealth,
    async close() {
      for (const close of closing) await close();
    },
  };
}

export async function visit(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}
