import { median } from '../median.js';
import { waitUntil } from '../process/wait-until.js';
import type { BridgeWorld } from './bridge-world.js';
import { gzipBytesOf } from './bundle-script.js';
import { openShell } from './open-shell.js';
import type { ShellPageWindow } from './shell-report.js';

export interface BridgeFigures {
  /** What the bridge adds to a page that has `init`, gzip -9; and the bridge alone. */
  readonly bridgeGzipBytes: { readonly added: number; readonly alone: number };
  /** Milliseconds that a page's thread is held for handing over a batch of 100 events and hearing its ack. */
  readonly crossMsPer100: { readonly median: number; readonly p95: number };
  /** From `init` to the first batch by HTTP, where a container is there and nobody answers the `hello`. */
  readonly httpWithoutHostMs: number;
}

const INIT = "export { init } from '@tidemark/sdk-web';";
const BRIDGE = "export { createHybridTransport } from '@tidemark/sdk-hybrid-bridge';";
const ROUNDS = 50;
const WARM_UP_ROUNDS = 5;
const EVENTS = 100;
const FLUSH_MS = { pageFlushMs: 500, hostFlushMs: 500 };
const WITHIN_MS = 15_000;
const LOOK_MS = 20;

/** One after the other: what is timed by the clock must have the machine to itself. */
export async function measureFigures(world: BridgeWorld): Promise<BridgeFigures> {
  const alone = await gzipBytesOf(BRIDGE);
  const added = (await gzipBytesOf(`${INIT}\n${BRIDGE}`)) - (await gzipBytesOf(INIT));
  return {
    bridgeGzipBytes: { added, alone },
    crossMsPer100: await measureCrossing(world),
    httpWithoutHostMs: Math.round(await measureHttpWithoutHost(world)),
  };
}

async function measureCrossing(world: BridgeWorld): Promise<BridgeFigures['crossMsPer100']> {
  const { page, close } = await openShell(world, { appId: 'figure.crossing', seed: 0, ...FLUSH_MS });
  try {
    await page.evaluate(async () => {
      const { shell } = window as unknown as ShellPageWindow;
      await shell.openHost();
      await shell.openPage(0);
    });
    const isConnected = () =>
      page.evaluate(
        async () => (await (window as unknown as ShellPageWindow).shell.state()).bridge?.connected === true,
      );
    await waitUntil(isConnected, WITHIN_MS, LOOK_MS);
    const timed = await page.evaluate(
      ({ rounds, events }) => (window as unknown as ShellPageWindow).shell.timeCrossings(rounds, events),
      { rounds: WARM_UP_ROUNDS + ROUNDS, events: EVENTS },
    );
    const sorted = timed.slice(WARM_UP_ROUNDS).sort((a, b) => a - b);
    const p95 = sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0; // nearest rank
    return { median: hundredths(median(sorted)), p95: hundredths(p95) };
  } finally {
    await close();
  }
}

async function measureHttpWithoutHost(world: BridgeWorld): Promise<number> {
  const { page, close } = await openShell(world, { appId: 'figure.no-host', seed: 1, ...FLUSH_MS });
  try {
    await page.evaluate(async () => {
      const { shell } = window as unknown as ShellPageWindow;
      await shell.openPage(0);
      shell.trackInPage(1);
    });
    const read = () => page.evaluate(() => (window as unknown as ShellPageWindow).shell.firstHttpMs() ?? null);
    const isThere = async (): Promise<boolean> => (await read()) !== null;
    await waitUntil(isThere, WITHIN_MS, LOOK_MS);
    const ms = await read();
    if (ms === null) throw new Error('no batch left by HTTP');
    return ms;
  } finally {
    await close();
  }
}

function hundredths(value: number): number {
  return Math.round(100 * value) / 100;
}
