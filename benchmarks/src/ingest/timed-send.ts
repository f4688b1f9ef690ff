import type { SentBatch } from '../load/generator-protocol.js';
import { clockMs } from '../process/clock.js';
import { sleep } from '../process/wait-until.js';
import { quantile } from '../quantile.js';
import type { Contender } from './contender.js';

export interface Timing {
  /** From the first request until the last event could be queried. */
  readonly seconds: number;
  readonly eventsPerSecond: number;
  /** From the moment that a batch is to leave until its ack has come. */
  readonly ackMs: Percentiles;
  /** From there until the store has acknowledged its events. */
  readonly queryableMs: Percentiles;
  /** Answers 503 on the way. */
  readonly refusals: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** What the store had at one moment. */
interface Look {
  readonly atMs: number;
  readonly rows: number;
}

/** So much too late a row may be found to be there; looking more often would be work for the collector. */
const LOOK_EVERY_MS = 25;
const LOADED_WITHIN_MS = 300_000;

/**
 * Looks, all the while that batches are sent, how much of them is in the store.
 *
 * @param rowsBefore - that the contender had loaded already.
 * @param events - in all batches.
 */
export async function sendTimed(
  contender: Contender,
  send: () => Promise<readonly SentBatch[]>,
  rowsBefore: number,
  events: number,
): Promise<Timing> {
  const startedMs = clockMs();
  const looking = lookUntil(contender, rowsBefore + events);
  looking.catch(() => undefined); // a generator that fails is told first
  const batches = await send();
  const looks = await looking;
  const seconds = ((looks.at(-1)?.atMs ?? startedMs) - startedMs) / 1_000;
  return {
    seconds,
    eventsPerSecond: events / seconds,
    ackMs: percentiles(batches.map(({ dueMs, ackedMs }) => ackedMs - dueMs)),
    queryableMs: percentiles(delaysOf(batches, looks, rowsBefore)),
    refusals: batches.reduce((sum, batch) => sum + batch.refusals, 0),
  };
}

async function lookUntil(contender: Contender, rows: number): Promise<Look[]> {
  const looks: Look[] = [];
  const deadline = clockMs() + LOADED_WITHIN_MS;
  while ((looks.at(-1)?.rows ?? 0) < rows) {
    if (clockMs() > deadline) throw new Error(`${contender.name}: ${rows} rows were not there in time`);
    const loaded = await contender.loadedRows();
    looks.push({ atMs: clockMs(), rows: loaded });
    await sleep(LOOK_EVERY_MS);
  }
  return looks;
}

/** Loads keep the order of the WAL, and acks come in that order, so that the nth event acknowledged is the nth loaded. */
function delaysOf(batches: readonly SentBatch[], looks: readonly Look[], rowsBefore: number): number[] {
  let rows = rowsBefore;
  let look = 0;
  return [...batches]
    .sort((a, b) => a.ackedMs - b.ackedMs)
    .map(({ dueMs, accepted }) => {
      rows += accepted;
      while ((looks[look]?.rows ?? Number.POSITIVE_INFINITY) < rows) look++;
      return (looks[look]?.atMs ?? Number.POSITIVE_INFINITY) - dueMs;
    });
}

function percentiles(values: readonly number[]): Percentiles {
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99) };
}
