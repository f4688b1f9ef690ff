import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeptRule } from './rule-book.js';

const NAME = 'rules.json';

/** @throws when there is a file and it cannot be read: without it nobody would be told what the rules find. */
export async function readRules(directory: string): Promise<readonly KeptRule[]> {
  const text = await readFile(join(directory, NAME), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  return JSON.parse(text) as readonly KeptRule[]; // written below
}

export async function writeRules(directory: string, rules: readonly KeptRule[]): Promise<void> {
  const path = join(directory, NAME);
  await writeFile(`${path}.new`, JSON.stringify(rules), { mode: 0o600, flush: true });
  await rename(`${path}.new`, path);
}
