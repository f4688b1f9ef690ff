import { createHash, randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { type BatchId, brandId, keyKind } from '@tidemark/protocol';
import { signServerRequest } from '../../ingest/sign-server-request.js';
import { TidemarkError } from '../../observe/errors.js';
import { uuidV8 } from '../../pipeline/uuid-v8.js';
import type { Target } from '../find-collector.js';
import { type DeliveryDependencies, type Route, sendBatch } from '../import/send-batch.js';
import { type BadLine, type MacroCsvDefaults, type NumberedRow, readMacroCsv } from './read-macro-csv.js';

/** A file is held in memory: about a million rows. Larger ones go in parts. */
export const MACRO_FILE_BYTES_MAX = 64 * 1_048_576;
/** Of a request unpacked there is a limit of bytes, too: rows of the longest names stay below it. */
const ROWS_PER_BATCH = 500;

export interface MacroImport {
  /** Lines with something on them, the head not counted: accepted, already there and bad ones together. */
  readonly lines: number;
  readonly accepted: number;
  readonly duplicate: number;
  /** Every line that did not go in, in order. */
  readonly bad: readonly BadLine[];
}

/**
 * Sends a file of published values to the running collector.
 *
 * @throws {TidemarkError} `import_file_unusable`, `import_key_refused`, `import_not_delivered`; the same file can be imported
 * again, what has arrived is recognised.
 */
export async function importMacro(
  file: string,
  defaults: MacroCsvDefaults,
  { url, key }: Target,
  dependencies: DeliveryDependencies,
): Promise<MacroImport> {
  if (keyKind(key) !== 'secret') {
    throw new TidemarkError(
      'import_key_refused',
      'An import of macro series needs a secret key (tm_sk_): it signs with it.',
    );
  }
  const outcome = readMacroCsv(await readText(file), defaults);
  if (outcome.kind === 'unusable') throw unusable(file, outcome.reason);
  const { lines, rows, bad } = outcome.csv;
  const route: Route = {
    url,
    path: 'v1/macro-points',
    headersOf: (body, nowMs) => signServerRequest(key, nowMs, randomUUID(), body),
  };
  const refused: BadLine[] = [];
  let [accepted, duplicate] = [0, 0];
  for (let at = 0; at < rows.length; at += ROWS_PER_BATCH) {
    const part = rows.slice(at, at + ROWS_PER_BATCH);
    const answer = await sendBatch(() => batchOf(part), route, dependencies, 'import the same file again');
    if (answer.kind !== 'delivered') {
      const why = 'status' in answer ? `HTTP ${answer.status}` : answer.kind;
      throw new TidemarkError('import_key_refused', `The collector refused the rows (${why}): use a valid secret key.`);
    }
    accepted += answer.ack.accepted;
    duplicate += answer.ack.duplicate;
    for (const { index, field, reason } of answer.ack.rejected) {
      refused.push({ lineNumber: part[index]?.lineNumber ?? 0, field, reason: `the collector refused it: ${reason}` });
    }
  }
  return { lines, accepted, duplicate, bad: [...bad, ...refused].sort((a, b) => a.lineNumber - b.lineNumber) };
}

async function readText(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > MACRO_FILE_BYTES_MAX) {
      throw unusable(
        file,
        `it is larger than ${MACRO_FILE_BYTES_MAX / 1_048_576} MiB: import it in parts, each with the first line`,
      );
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof TidemarkError) throw error;
    throw unusable(file, error instanceof TypeError ? 'it is not UTF-8' : 'it cannot be read', error);
  }
}

function unusable(file: string, reason: string, cause?: unknown): TidemarkError {
  return new TidemarkError('import_file_unusable', `${file} cannot be imported: ${reason}.`, { cause });
}

/** The same rows are the same batch. */
function batchOf(part: readonly NumberedRow[]) {
  const rows = part.map(({ row }) => row);
  return { batchId: brandId<BatchId>(uuidV8(createHash('sha256').update(JSON.stringify(rows)).digest())), rows };
}
