import type { Page } from 'playwright-core';
import { type LossyProxy, startLossyProxy } from '../sdk/lossy-proxy.js';
import { FAIR } from '../sdk/weather.js';
import { createWireLog, type WireLog } from '../sdk/wire-log.js';
import type { BridgeWorld } from './bridge-world.js';
import type { ShellPageWindow } from './shell-report.js';

/** A shell page on a device of its own, and the two ways from there to the collector. */
export interface OpenShell {
  readonly page: Page;
  readonly pageNetwork: LossyProxy;
  readonly hostNetwork: LossyProxy;
  /** Of both networks together. */
  readonly log: WireLog;
  close(): Promise<void>;
}

export interface OpenShellOptions {
  /** Tells this shell's rows in the store. */
  readonly appId: string;
  readonly seed: number;
  readonly pageFlushMs: number;
  readonly hostFlushMs: number;
}

export async function openShell(world: BridgeWorld, options: OpenShellOptions): Promise<OpenShell> {
  const { appId, seed, pageFlushMs, hostFlushMs } = options;
  const log = createWireLog();
  const common = { target: world.collectorUrl, weather: FAIR, log };
  const pageNetwork = await startLossyProxy({ ...common, seed });
  const hostNetwork = await startLossyProxy({ ...common, seed: seed + 0x50000 });
  const context = await world.browser.newContext();
  async function close(): Promise<void> {
    await context.close().catch(() => undefined); // it may have ended with its browser
    await Promise.all([pageNetwork.close(), hostNetwork.close()]);
  }
  try {
    const page = await context.newPage();
    await page.goto(world.shells.urlOf(`run${seed}`));
    await page.evaluate((settings) => (window as unknown as ShellPageWindow).shell.begin(settings), {
      seed,
      pageEndpoint: pageNetwork.url,
      hostEndpoint: hostNetwork.url,
      writeKey: world.writeKey,
      appId,
      pageFlushMs,
      hostFlushMs,
    });
    return { page, pageNetwork, hostNetwork, log, close };
  } catch (fault) {
    await close();
    throw fault;
  }
}
