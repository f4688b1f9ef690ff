import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createSimulation } from '@tidemark/analytics/simulator';
import type { ModelVersions } from '@tidemark/protocol';
import type { Collector } from '../../boot/start-collector.js';
import { TidemarkError } from '../../observe/errors.js';

export interface DemoMarket {
  /** True once a model answers that has learnt from it; false when one did before, or it was closed. Rejects when it could not be made. */
  readonly learnt: Promise<boolean>;
  close(): void;
}

export interface DemoMarketOptions {
  readonly collector: Pick<Collector, 'url' | 'keys' | 'isDrained'>;
  readonly dataDirectory: string;
  readonly nowMs: number;
}

/** Some 55,000 events and 320 orders that are over: enough to learn from, and some ten seconds of work. */
const MARKET = { seed: 7, days: 8, users: 150 };
const DAY_MS = 86_400_000;
/** Of the simulated market, which keeps the time of Shanghai. */
const ZONE_MS = 8 * 3_600_000;
/** Whoever clicks around in the shop comes first. */
const NICENESS = 10;
const LOOK_MS = 200;

const CLI = fileURLToPath(new URL('../main.js', import.meta.url));

/**
 * A demo has nobody else's orders to learn from: the days before its first start are made up, as history, in a process of its own,
 * and a model is trained of them. A start that is broken off is gone on with by the next, by the same days; where a model serves
 * nothing is done.
 */
export function openDemoMarket({ collector, dataDirectory, nowMs }: DemoMarketOptions): DemoMarket {
  const closing = new AbortController();
  const { signal } = closing;
  const { url, keys } = collector;

  async function ask<T>(method: 'GET' | 'POST'): Promise<T> {
    const headers = { authorization: `Bearer ${keys.secretKey}` };
    const answer = await fetch(`${url}/v1/models`, { method, headers, signal });
    if (!answer.ok) throw new Error(`${method} /v1/models: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T; // the collector's own
  }

  async function learn(): Promise<boolean> {
    if ((await ask<ModelVersions>('GET')).serving !== null) return false;
    await simulate(await firstDay(dataDirectory, nowMs), collector, signal);
    while (!collector.isDrained()) await sleep(LOOK_MS, undefined, { signal });
    await ask('POST');
    return true;
  }

  const learnt = learn().catch((error: unknown) => {
    if (signal.aborted) return false;
    throw error;
  });
  learnt.catch(() => undefined); // whoever awaits it is told
  return { learnt, close: () => closing.abort() };
}

/** The same at every start, so that a market is sent twice at the worst and counted once. */
async function firstDay(dataDirectory: string, nowMs: number): Promise<number> {
  const file = join(dataDirectory, 'demo-market.json');
  const kept = await readFile(file, 'utf8').then(readStart, () => undefined); // none yet
  if (kept !== undefined) return kept;
  const today = Math.floor((nowMs + ZONE_MS) / DAY_MS) * DAY_MS - ZONE_MS;
  const startAt = today - MARKET.days * DAY_MS;
  await writeFile(file, JSON.stringify({ startAt }));
  return startAt;
}

function readStart(text: string): number | undefined {
  const { startAt } = JSON.parse(text) as { readonly startAt?: unknown }; // as it was written above
  return typeof startAt === 'number' ? startAt : undefined;
}

async function simulate(
  startAt: number,
  { url, keys }: Pick<Collector, 'url' | 'keys'>,
  signal: AbortSignal,
): Promise<void> {
  // A year whose working days nobody has published yet is told by those of the simulator's own first day.
  const isKnown = createSimulation({ ...MARKET, startAt }).kind === 'simulation';
  const settings = [
    ...Object.entries(MARKET).flatMap(([name, value]) => [`--${name}`, String(value)]),
    ...(isKnown ? ['--start', new Date(startAt).toISOString()] : []),
  ];
  const child = spawn(process.execPath, [CLI, 'simulate', ...settings], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, TIDEMARK_URL: url, TIDEMARK_KEY: keys.secretKey },
    signal,
  });
  if (child.pid !== undefined) setPriority(child.pid, NICENESS);
  const [code] = (await once(child, 'exit', { signal })) as [number | null];
  if (code !== 0)
    throw new TidemarkError('demo_market_failed', `The demo's market could not be made: simulate ended with ${code}.`);
}
