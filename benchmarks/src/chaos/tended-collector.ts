import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { childrenOf, isRunning, type ProcessRef } from '../process/proc.js';
import { type CollectorProcess, startCollector } from '../process/start-collector.js';
import { waitUntil } from '../process/wait-until.js';

/** A collector on one data directory and one port, through all its lives. */
export interface TendedCollector {
  readonly url: string;
  /** Process of the collector itself. */
  pid(): number;
  /** Process of the engine, when it runs. */
  engine(): ProcessRef | undefined;
  /** Kills it, and starts it again. */
  killAndRestart(accident?: Accident): Promise<void>;
  /** Waits until everything acknowledged has left the WAL. */
  drained(): Promise<void>;
  /** Waits until everything acknowledged is in the store, then stops it as an operator would. */
  drainAndStop(): Promise<void>;
  /** Ends it whatever happened; does nothing when it has ended. */
  destroy(): void;
  /** Engines that outlived their parent by more than a second, so far. */
  orphans(): number;
  /** Slowest start after a kill until it answered, milliseconds. */
  slowestStartMs(): number;
}

/** What happens to it besides. */
export interface Accident {
  /** The machine's power goes as well, and takes the engine with it. */
  readonly power?: Power;
  /** What is done to its files meanwhile. */
  readonly whileDead?: () => Promise<void>;
}

/** Of the disk that the data directory lies on. */
export interface Power {
  readonly cut: () => Promise<void>;
  /** When all who used it are gone. */
  readonly restore: () => Promise<void>;
}

const ENGINE_OUTLIVES_AT_MOST_MS = 1_000;
/** Far more than a start takes, for a machine with many times its work to do; how long it took is told. */
const ANSWERS_WITHIN_MS = 60_000;
const DRAINED_WITHIN_MS = 240_000;
const LOOK_MS = 10;

/** Starts it and waits until its store is ready. */
export async function tendCollector(
  dataDirectory: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<TendedCollector> {
  let current: CollectorProcess = startCollector({ dataDirectory, port: 0, settings });
  const url = await current.url;
  const port = Number(new URL(url).port);
  let orphans = 0;
  let slowestStartMs = 0;

  const answers = () =>
    fetch(`${url}/livez`).then(
      ({ ok }) => ok,
      () => false,
    );

  async function countOrphans(children: readonly ProcessRef[]): Promise<void> {
    const allGone = () => !children.some(isRunning);
    if ((await waitUntil(allGone, ENGINE_OUTLIVES_AT_MOST_MS, LOOK_MS)) === undefined) {
      orphans += children.filter(isRunning).length;
    }
  }

  async function drained(): Promise<void> {
    const isDrained = () => !readdirSync(join(dataDirectory, 'wal')).some((name) => name.endsWith('.wal'));
    const took = await waitUntil(isDrained, DRAINED_WITHIN_MS, LOOK_MS);
    if (took === undefined) throw new Error(`the WAL was not empty after ${DRAINED_WITHIN_MS / 1_000} s`);
  }

  return {
    url,
    pid: () => current.pid,
    engine: () => childrenOf(current.pid)[0],
    async killAndRestart({ power, whileDead } = {}) {
      const children = childrenOf(current.pid);
      await power?.cut();
      current.kill('SIGKILL');
      if (power) for (const { pid } of children) process.kill(pid, 'SIGKILL');
      await current.ended;
      const counted = countOrphans(children);
      await power?.restore();
      await whileDead?.();
      current = startCollector({ dataDirectory, port, settings });
      const startMs = await waitUntil(answers, ANSWERS_WITHIN_MS, LOOK_MS);
      if (startMs === undefined) throw new Error(`no answer ${ANSWERS_WITHIN_MS / 1_000} s after a kill`);
      slowestStartMs = Math.max(slowestStartMs, startMs);
      await counted;
    },
    drained,
    async drainAndStop() {
      await drained();
      const children = childrenOf(current.pid);
      current.kill('SIGTERM');
      const how = await current.ended;
      if (how !== 0) throw new Error(`the collector ended with ${how} when it was asked to stop`);
      await countOrphans(children);
    },
    destroy: () => current.kill('SIGKILL'),
    orphans: () => orphans,
    slowestStartMs: () => Math.round(slowestStartMs),
  };
}
