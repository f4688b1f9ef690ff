import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { childrenOf, isRunning, type ProcessRef } from '../process/proc.js';
import { type CollectorProcess, readKeys, startCollector } from '../process/start-collector.js';
import { withTemporaryDirectory } from '../process/temporary-directory.js';
import { waitUntil } from '../process/wait-until.js';
import { auditTables } from './audit-tables.js';
import type { TestPlan } from './chaos-test.js';
import { openTables } from './open-tables.js';
import type { ChaosResult } from './run-chaos.js';
import { sendMeanwhile } from './send-meanwhile.js';

/** A collector with settings of its own, and what it acknowledged. */
export interface Stage {
  readonly url: string;
  readonly port: number;
  readonly writeKey: string;
  readonly readKey: string;
  /** Ids of acknowledged events; whoever sends adds to it. */
  readonly acknowledged: Set<string>;
  pid(): number;
  /** Asks it to stop and waits until it has. */
  terminate(): Promise<{ readonly how: number | string; readonly ms: number }>;
  /** Starts it again and waits until it answers. */
  startAgain(): Promise<void>;
  /** Well-behaved devices send as long as the work takes. */
  amongDevices<T>(count: number, work: (acked: () => number) => Promise<T>): Promise<T>;
}

/** Far more than a start takes, for a machine with many times its work to do; how long it took is told. */
const ANSWERS_WITHIN_MS = 60_000;
const DRAINED_WITHIN_MS = 120_000;
const ENDS_WITHIN_MS = 1_000;
const LOOK_MS = 10;

/** Plays before a collector; then everything acknowledged is looked for in the tables, once. */
export function playOnStage<T extends { readonly faults: readonly string[] }>(
  { n: kills, seed, onProgress }: TestPlan,
  settings: Readonly<Record<string, string>>,
  play: (stage: Stage) => Promise<T>,
): Promise<ChaosResult & T> {
  return withTemporaryDirectory(async (dataDirectory) => {
    let current: CollectorProcess = startCollector({ dataDirectory, port: 0, settings });
    let engines: ProcessRef[] = [];
    try {
      const url = await current.url;
      const port = Number(new URL(url).port);
      const { writeKey, readKey } = readKeys(dataDirectory);
      const acknowledged = new Set<string>();
      const answers = () =>
        fetch(`${url}/livez`).then(
          ({ ok }) => ok,
          () => false,
        );
      const stage: Stage = {
        url,
        port,
        writeKey,
        readKey,
        acknowledged,
        pid: () => current.pid,
        async terminate() {
          engines = [...engines.filter(isRunning), ...childrenOf(current.pid)];
          const startedAt = performance.now();
          current.kill('SIGTERM');
          const how = await current.ended;
          return { how, ms: Math.round(performance.now() - startedAt) };
        },
        async startAgain() {
          current = startCollector({ dataDirectory, port, settings });
          if ((await waitUntil(answers, ANSWERS_WITHIN_MS, LOOK_MS)) === undefined) {
            throw new Error(`no answer ${ANSWERS_WITHIN_MS / 1_000} s after a start`);
          }
        },
        async amongDevices(devices, work) {
          const sent = await sendMeanwhile({ collector: { url }, dataDirectory, seed, devices }, work);
          for (const id of sent.acknowledged) acknowledged.add(id);
          return sent.disturbance;
        },
      };
      const played = await play(stage);
      const isDrained = () => !readdirSync(join(dataDirectory, 'wal')).some((name) => name.endsWith('.wal'));
      if ((await waitUntil(isDrained, DRAINED_WITHIN_MS, LOOK_MS)) === undefined) {
        throw new Error(`the WAL was not empty after ${DRAINED_WITHIN_MS / 1_000} s`);
      }
      const { how } = await stage.terminate();
      await waitUntil(() => !engines.some(isRunning), ENDS_WITHIN_MS, LOOK_MS);
      const orphans = engines.filter(isRunning).length;
      onProgress(`${acknowledged.size} events acknowledged; looking for each of them`);
      const tables = await openTables(dataDirectory);
      const audit = await auditTables(tables, acknowledged).finally(tables.close);
      const faults = how === 0 ? played.faults : [...played.faults, `it ended with ${how}`];
      return { kills, acked: acknowledged.size, ...audit, orphans, seed, ...played, faults };
    } finally {
      current.kill('SIGKILL');
    }
  });
}
