import { setTimeout as sleep } from 'node:timers/promises';
import { type FlagTriage, type RiskFlag, retryDelayMs } from '@tidemark/protocol';
import type { Logger } from '../../observe/logger.js';
import type { FlagRow } from '../../store/tables/flags.js';
import type { ChangedFlag, FlagBook } from './flag-book.js';
import type { FlagLog } from './flag-log.js';
import type { UnloggedFlag } from './found-flags.js';
import type { FoundFlag } from './run-detectors.js';

export interface RaiseFlagsOptions {
  readonly book: FlagBook;
  readonly log: Pick<FlagLog, 'append' | 'compact'>;
  /** Tells listeners, at once; the flags are on disk by then. */
  readonly publish: (rows: readonly FlagRow[]) => void;
  /** Writes to the store; writing the same again changes nothing. */
  readonly write: (rows: readonly FlagRow[]) => Promise<void>;
  /** So far has the store all. */
  readonly onWritten: (position: number) => void;
  readonly logger: Logger;
  readonly random: () => number;
}

/** From a candidate to a flag that is on disk, told and stored, in this order. */
export interface RaiseFlags {
  /**
   * The flags of before are on their way from the store: what comes now waits for them.
   *
   * @param patience - resolves when it is to wait no longer: what is then raised again becomes one with what was before.
   */
  recall(stored: Promise<readonly FlagRow[]>, patience: Promise<void>): Promise<void>;
  /** Resolves when what was found is on disk; rejects only when it stops before. */
  take(life: string, found: readonly FoundFlag[]): Promise<void>;
  /** The same of what was found beside the log. */
  takeUnlogged(found: readonly UnloggedFlag[]): Promise<void>;
  /** @param known - the flag as the store has it, for one that is too old to be known here. */
  triage(
    workspaceId: string,
    flagId: string,
    triage: FlagTriage,
    by: string,
    known?: RiskFlag,
  ): Promise<RiskFlag | undefined>;
  find(workspaceId: string, flagId: string): RiskFlag | undefined;
  forget(workspaceId: string, forms: readonly string[]): Promise<number>;
  /** Flags that the store does not have yet. */
  unwritten(): number;
  /** Resolves when the store has what was raised before, or cannot be written to. */
  written(): Promise<void>;
  /** Tells what was only counted up, and what the store may not have from the process before; to be called once. */
  start(): void;
  stop(): Promise<void>;
}

/** A flag that is only counted up is told so often at the most. */
const COUNT_UP_MS = 1_000;
const RETRY = { baseMs: 200, maxMs: 5_000 };
const WRITE_ROWS = 1_000;

export function createRaiseFlags(options: RaiseFlagsOptions): RaiseFlags {
  const { book, log, logger, random } = options;
  const stopping = new AbortController();
  const countedUp = new Map<string, FlagRow>();
  let tail: Promise<unknown> = Promise.resolve();
  let unwritten: FlagRow[] = [...book.rows()].sort((a, b) => a.flag.position - b.flag.position);
  let writing: Promise<void> | undefined;
  let isStarted = false;

  /** The order on disk, for listeners and in the store is that of the work. */
  function inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = tail.then(work);
    tail = done.catch(() => undefined);
    return done;
  }

  async function tell(rows: readonly FlagRow[], kept: readonly FlagRow[]): Promise<readonly FlagRow[]> {
    const placed = book.place(rows);
    await onDisk([...placed, ...kept]);
    if (placed.length === 0) return placed;
    options.publish(placed);
    unwritten.push(...placed);
    write();
    return placed;
  }

  async function tellChanged(changed: readonly ChangedFlag[]): Promise<void> {
    if (changed.length === 0) return;
    const keyOf = ({ workspaceId, flag }: FlagRow) => `${workspaceId}|${flag.flagId}`;
    const news = changed.filter(({ isNews }) => isNews).map(({ row }) => row);
    const counted = changed.filter(({ isNews }) => !isNews).map(({ row }) => row);
    for (const row of news) countedUp.delete(keyOf(row));
    for (const row of counted) countedUp.set(keyOf(row), row);
    await tell(news, counted);
  }

  async function takeOver(stored: readonly FlagRow[]): Promise<void> {
    await tellChanged(book.recall(stored));
    await log.compact(book);
  }

  async function onDisk(rows: readonly FlagRow[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await log.append(book, rows);
      } catch (error) {
        if (stopping.signal.aborted) throw error;
        logger.warn({ error: String(error) }, 'the disk did not take a flag; trying again');
        await sleep(retryDelayMs(attempt, RETRY, random) + RETRY.baseMs);
      }
    }
  }

  function write(): void {
    if (!isStarted || writing || unwritten.length === 0) return;
    writing = writeAll().finally(() => {
      writing = undefined;
    });
  }

  async function writeAll(): Promise<void> {
    for (let failures = 0; unwritten.length > 0 && !stopping.signal.aborted; ) {
      const rows = unwritten.slice(0, WRITE_ROWS);
      try {
        await options.write(rows);
        unwritten = unwritten.slice(rows.length);
        options.onWritten(rows.at(-1)?.flag.position ?? 0);
        failures = 0;
      } catch (error) {
        failures++;
        logger.warn({ error: String(error), failures }, 'the store did not take flags; trying again');
        const delayMs = retryDelayMs(failures, RETRY, random) + RETRY.baseMs;
        await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  }

  function tellCounts(): Promise<void> {
    return inOrder(async () => {
      const rows = [...countedUp.values()];
      countedUp.clear();
      if (rows.length > 0) await tell(rows, []);
    });
  }

  let counts: NodeJS.Timeout | undefined;
  return {
    async recall(stored, patience) {
      const inTime = await inOrder(async () => {
        const rows = await Promise.race([stored, patience]);
        if (rows) await takeOver(rows);
        return rows;
      });
      if (inTime) return;
      const rows = await stored;
      await inOrder(() => takeOver(rows));
    },
    take: (life, found) => inOrder(() => tellChanged(book.take(life, found))),
    takeUnlogged: (found) => inOrder(() => tellChanged(book.takeUnlogged(found))),
    triage: (workspaceId, flagId, triage, by, known) =>
      inOrder(async () => {
        if (known && !book.find(workspaceId, flagId)) book.adopt({ workspaceId, flag: known });
        const row = book.triage(workspaceId, flagId, triage, by);
        if (!row) return undefined;
        countedUp.delete(`${workspaceId}|${flagId}`);
        return (await tell([row], []))[0]?.flag;
      }),
    find: (workspaceId, flagId) => book.find(workspaceId, flagId)?.flag,
    forget: (workspaceId, forms) =>
      inOrder(async () => {
        const isTheirs = (row: FlagRow) => row.workspaceId === workspaceId && forms.includes(row.flag.entity.id);
        await writing; // what is on its way would come after the erasure
        unwritten = unwritten.filter((row) => !isTheirs(row));
        for (const [key, row] of countedUp) if (isTheirs(row)) countedUp.delete(key);
        const forgotten = book.forget(workspaceId, forms);
        await log.compact(book);
        return forgotten;
      }),
    unwritten: () => unwritten.length,
    async written() {
      await tail;
      await writing;
    },
    start() {
      isStarted = true;
      counts = setInterval(() => void tellCounts().catch(() => undefined), COUNT_UP_MS); // which fails only at the end
      write();
    },
    async stop() {
      clearInterval(counts);
      await tellCounts().catch(() => undefined);
      stopping.abort();
      await writing;
    },
  };
}
