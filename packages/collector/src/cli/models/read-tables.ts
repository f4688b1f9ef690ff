import { readFile } from 'node:fs/promises';
import { type Direction, isInputError, parseCsv, type RawTable } from '@tidemark/analytics/scores';
import { TidemarkError } from '../../observe/errors.js';

/** Runs `work`; what is wrong with the data or the settings is told in its sentence, without a stack. */
export async function withInput<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isInputError(error)) throw new TidemarkError('model_input_unusable', error.message, { cause: error });
    throw error;
  }
}

/** @throws {TidemarkError} when the file cannot be read. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TidemarkError('model_input_unusable', `${file} cannot be read (${why}): is the name right?`, { cause });
  }
}

/** A table of a file; the sentence of what is wrong with it names the file. */
export async function readCsvFile(file: string, separator: string): Promise<RawTable> {
  const text = await readText(file);
  try {
    return parseCsv(text, separator);
  } catch (error) {
    if (!isInputError(error)) throw error;
    throw new TidemarkError('model_input_unusable', `${file}: ${error.message}`, { cause: error });
  }
}

/** @throws {TidemarkError} when the file is no JSON object of columns and 1, -1 or 0. */
export async function readMonotone(file: string | undefined): Promise<Record<string, Direction>> {
  if (file === undefined) return {};
  const text = await readText(file);
  const refuse = (cause?: unknown): TidemarkError =>
    new TidemarkError(
      'model_input_unusable',
      `${file} is no list of directions: write JSON such as {"volume": 1, "price": -1}, 1 for rising, -1 for falling.`,
      { cause },
    );
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw refuse(cause);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw refuse();
  const directions: Record<string, Direction> = {};
  for (const [column, direction] of Object.entries(parsed)) {
    if (direction !== 1 && direction !== -1 && direction !== 0) throw refuse();
    directions[column] = direction;
  }
  return directions;
}
