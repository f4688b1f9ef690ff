import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SimulationTruth } from '@tidemark/analytics/simulator';
import { plainEnvironment } from '../process/start-collector.js';
import { compareLedger } from './compare-ledger.js';

export interface LedgerFigures {
  readonly events: number;
  readonly loadSeconds: number;
  /** Figures of the ledger that were held against the reports. */
  readonly compared: number;
  /** What differed, one sentence each. */
  readonly differences: readonly string[];
  /** All reports that were compared. */
  readonly reportSeconds: number;
  readonly productsMs: number;
}

interface Target {
  readonly url: string;
  readonly dataDirectory: string;
  readonly readKey: string;
}

const COMMAND = fileURLToPath(new URL('../../../packages/collector/dist/cli/main.js', import.meta.url));
const DAY_MS = 86_400_000;
const DRAIN_WITHIN_MS = 300_000;
const OUTPUT_BYTES = 64 * 1_048_576;

/** Sends a market as `tidemark simulate` does, then asks the reports for what the simulator's ledger has. */
export async function loadAndCompare(
  target: Target,
  { days, users, seed }: { readonly days: number; readonly users: number; readonly seed: number },
): Promise<LedgerFigures> {
  const truthFile = join(target.dataDirectory, 'truth.json');
  const before = performance.now();
  await promisify(execFile)(
    process.execPath,
    [
      COMMAND,
      'simulate',
      '--seed',
      `${seed}`,
      '--days',
      `${days}`,
      '--users',
      `${users}`,
      '--truth',
      truthFile,
      '--json',
    ],
    { env: { ...plainEnvironment(), TIDEMARK_DATA: target.dataDirectory }, maxBuffer: OUTPUT_BYTES },
  );
  const truth = JSON.parse(await readFile(truthFile, 'utf8')) as SimulationTruth; // as the command wrote it
  const events = Object.values(truth.ledger.events).reduce((sum, count) => sum + count, 0);
  await untilCounted(target, events);
  const loadSeconds = Math.round((performance.now() - before) / 100) / 10;
  const beforeReports = performance.now();
  const { compared, differences } = await compareLedger((path) => ask(target, path), truth);
  const reportSeconds = Math.round((performance.now() - beforeReports) / 100) / 10;
  const beforeProducts = performance.now();
  await ask(target, `/v1/products?from=${truth.startAt}&to=${truth.startAt + (days + 10) * DAY_MS}`);
  const productsMs = Math.round(performance.now() - beforeProducts);
  return { events, loadSeconds, reportSeconds, compared, differences, productsMs };
}

/** Until all events are in the store: the workspace's books go by rows loaded. */
async function untilCounted({ url }: Target, events: number): Promise<void> {
  for (const deadline = performance.now() + DRAIN_WITHIN_MS; ; ) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const loaded = Number(/^tidemark_loaded_rows_total (\d+)$/m.exec(text)?.[1] ?? 0);
    if (loaded >= events) return;
    if (performance.now() > deadline) throw new Error(`${loaded} of ${events} events were loaded in time`);
    await sleep(200);
  }
}

async function ask<T>({ url, readKey }: Target, path: string): Promise<T> {
  const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${readKey}` } });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T; // the collector's own
}
