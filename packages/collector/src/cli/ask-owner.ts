import { readFile } from 'node:fs/promises';
import { TidemarkError } from '../observe/errors.js';
import { askCollector } from './ask-collector.js';
import { findCollector } from './find-collector.js';

/** One request with the secret key of the workspace. @throws {TidemarkError} as {@link askCollector}. */
export async function askOwner<Answer extends object>(method: string, path: string, body?: object): Promise<Answer> {
  const target = await findCollector(process.env, 'secret');
  return askCollector<Answer>(target, path, { method, ...(body && { body: JSON.stringify(body) }) });
}

/** @throws {TidemarkError} `config_invalid`, saying what was wanted of the file. */
export async function readJsonFile(file: string, wanted: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new TidemarkError('config_invalid', `${file}: cannot be read as JSON; give ${wanted}`, { cause });
  }
}

export function printJson(answer: object): void {
  process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
}
