import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ParsedSeries, parseSeries } from '@tidemark/analytics/anomalies';
import { TidemarkError } from '../../observe/errors.js';

/** A longer file is no series a person meant: some twelve million rows. It is held in memory whole. */
const FILE_BYTES_MAX = 512 * 1024 * 1024;

/**
 * The CSV files of a folder, however deep, by name.
 *
 * @returns paths relative to the folder, with `/`.
 * @throws {TidemarkError} `series_unusable` when there is none, or no such folder.
 */
export function listSeries(folder: string): string[] {
  const files = listFiles(folder, '.csv');
  if (files.length === 0) throw unusable(`There is no file *.csv in ${folder}.`);
  return files;
}

/** @throws {TidemarkError} `series_unusable` when there is no such folder. */
export function listFiles(folder: string, suffix: string): string[] {
  return attempt(`Cannot list ${folder}`, () => readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.replaceAll('\\', '/'))
    .sort();
}

export function isFolder(path: string): boolean {
  return attempt(`Cannot read ${path}`, () => statSync(path)).isDirectory();
}

/** Whether both names lead to one file or folder. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { bigint: true, throwIfNoEntry: false }));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

/**
 * @param columns - of the value, the first that is there.
 * @throws {TidemarkError} `series_unusable`, naming the file and the line.
 */
export function readSeries(file: string, columns: readonly string[] = ['value']): ParsedSeries {
  const parsed = parseSeries(readText(file), columns);
  if (parsed.kind === 'series') return parsed.series;
  throw unusable(
    parsed.reason === 'no_column'
      ? `${file} must begin with a header line that names the columns timestamp and ${columns.join(' or ')}.`
      : `Line ${parsed.line} of ${file} has no timestamp; write it as 2026-03-02 10:05:00, as ISO 8601, or as epoch milliseconds.`,
  );
}

/** @throws {TidemarkError} `series_unusable`. */
export function readText(file: string): string {
  return readBytes(file).toString('utf8');
}

/** @throws {TidemarkError} `series_unusable`. */
export function readBytes(file: string): Buffer {
  return attempt(`Cannot read ${file}`, () => {
    if (statSync(file).size > FILE_BYTES_MAX) throw new Error(`it is larger than ${FILE_BYTES_MAX} bytes; cut it`);
    return readFileSync(file);
  });
}

/** Makes the folders above it. @throws {TidemarkError} `series_unusable`. */
export function writeText(file: string, text: string): void {
  attempt(`Cannot write ${file}`, () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  });
}

/** The same place in another folder. */
export function within(folder: string, name: string): string {
  return join(folder, ...name.split('/'));
}

export function unusable(sentence: string, cause?: unknown): TidemarkError {
  return new TidemarkError('series_unusable', sentence, { cause });
}

function attempt<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw unusable(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}
