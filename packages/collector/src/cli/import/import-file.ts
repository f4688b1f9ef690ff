import { createReadStream } from 'node:fs';
import { type EpochMs, keyKind } from '@tidemark/protocol';
import { TidemarkError } from '../../observe/errors.js';
import { type Destination, deliverRun, type RejectedEvent } from './deliver-run.js';
import { inParallel } from './in-parallel.js';
import { type EventRun, type LogEvents, logToEvents } from './log-to-events.js';
import { type AccessLog, readLog, type UnparsableLine } from './read-log.js';
import type { DeliveryDependencies } from './send-batch.js';

export const IMPORT_FORMATS = ['combined-log'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export interface ImportOptions {
  readonly file: string;
  readonly format: ImportFormat;
  /** Base address of the collector. */
  readonly url: string;
  /** A secret key imports history; a write key's events pass for news. */
  readonly key: string;
  readonly appId: string;
}

export interface ImportDependencies extends DeliveryDependencies {
  /** Called as batches are acknowledged, with numbers of parsed lines. */
  readonly onProgress?: (doneLines: number, allLines: number) => void;
}

export interface ImportResult {
  readonly lines: number;
  /** Every line that could not be read, in order. */
  readonly unparsable: readonly UnparsableLine[];
  /** Events sent: page views, requests, and the ends of views whose dwell is known. */
  readonly events: number;
  readonly accepted: number;
  readonly duplicate: number;
  /** Events the collector will never take. */
  readonly rejected: readonly RejectedEvent[];
  readonly pageViews: number;
  readonly requests: number;
  readonly sessions: number;
  readonly visitors: number;
  /** Undefined when no line could be read. */
  readonly firstAt: EpochMs | undefined;
  readonly lastAt: EpochMs | undefined;
}

/** A parsed log is held in memory: about 2 GB at this many lines, measured on one of 1.2 GB. */
const LINES_MAX = 5_000_000;
/** Batches under way at once: enough to fill the collector's group commit, few enough to leave it room for live traffic. */
const IN_FLIGHT = 4;

/**
 * Imports an access log through the collector's HTTP interface, as any other sender would.
 *
 * Importing the same file twice changes nothing: every id follows from the bytes of the file, so the collector
 * recognises each event. A file that has grown is another file: import a log once it is rotated.
 *
 * @throws {TidemarkError} when the import cannot go on; importing again is always safe.
 */
export async function importFile(options: ImportOptions, dependencies: ImportDependencies): Promise<ImportResult> {
  const destination = destinationOf(options);
  const log = await readFileAsLog(options.file);
  const events = logToEvents(log, options.format, options.appId);
  const tally = createTally(log, events, dependencies.onProgress);
  await inParallel(IN_FLIGHT, events.runs, async (run) => {
    tally.add(run, await deliverRun(run, events.ids, destination, dependencies));
  });
  return tally.result();
}

function destinationOf({ url, key }: ImportOptions): Destination {
  const kind = keyKind(key);
  if (kind === undefined)
    throw new TidemarkError('import_key_refused', 'The key is none of Tidemark: it starts with tm_sk_ or tm_pk_.');
  if (kind === 'read')
    throw new TidemarkError('import_key_refused', 'A read key (tm_rk_) cannot import: use a secret key (tm_sk_).');
  return { url, key, historical: kind === 'secret' };
}

async function readFileAsLog(file: string): Promise<AccessLog> {
  try {
    return await readLog(createReadStream(file, { highWaterMark: 1 << 20 }), LINES_MAX);
  } catch (cause) {
    if (cause instanceof TidemarkError) throw cause;
    throw new TidemarkError(
      'import_file_unusable',
      `Cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

interface Tally {
  add(run: EventRun, delivered: Awaited<ReturnType<typeof deliverRun>>): void;
  result(): ImportResult;
}

function createTally(log: AccessLog, { sessionCount }: LogEvents, onProgress: ImportDependencies['onProgress']): Tally {
  let events = 0;
  let accepted = 0;
  let duplicate = 0;
  let pageViews = 0;
  let requests = 0;
  let firstAt: EpochMs | undefined;
  let lastAt: EpochMs | undefined;
  const rejected: RejectedEvent[] = [];
  const parsedLines = log.lineCount - log.unparsable.length;

  return {
    add(run, delivered) {
      events += run.events.length;
      accepted += delivered.accepted;
      duplicate += delivered.duplicate;
      rejected.push(...delivered.rejected);
      for (const { type, occurredAt } of run.events) {
        if (type === 'page_view') pageViews++;
        if (type === 'custom') requests++;
        if (firstAt === undefined || occurredAt < firstAt) firstAt = occurredAt;
        if (lastAt === undefined || occurredAt > lastAt) lastAt = occurredAt;
      }
      onProgress?.(pageViews + requests, parsedLines);
    },
    result: () => ({
      lines: log.lineCount,
      unparsable: log.unparsable,
      events,
      accepted,
      duplicate,
      rejected: rejected.sort((a, b) => a.lineNumber - b.lineNumber),
      pageViews,
      requests,
      sessions: sessionCount,
      visitors: log.visitors.length,
      firstAt,
      lastAt,
    }),
  };
}
