import { readFile } from 'node:fs/promises';
import { keysFile } from '../boot/open-workspaces.js';
import { TidemarkError } from '../observe/errors.js';
import type { IssuedKeys } from '../workspaces/registry.js';

export interface Target {
  readonly url: string;
  readonly key: string;
}

const DEFAULT_URL = 'http://127.0.0.1:8787';
const DEFAULT_DATA = '.tidemark';

/**
 * Where the running collector is and with which key to speak to it: `TIDEMARK_URL` and `TIDEMARK_KEY`, or else the
 * secret key that a collector on this machine left in its data directory.
 *
 * @throws {TidemarkError} `no_key`, saying how to give one.
 */
export async function findCollector(environment: Readonly<Record<string, string | undefined>>): Promise<Target> {
  const url = (environment.TIDEMARK_URL || DEFAULT_URL).replace(/\/+$/, '');
  const key = environment.TIDEMARK_KEY;
  if (key) return { url, key };
  const path = keysFile(environment.TIDEMARK_DATA || DEFAULT_DATA);
  try {
    const keys = JSON.parse(await readFile(path, 'utf8')) as IssuedKeys; // written by the collector
    return { url, key: keys.secretKey };
  } catch (cause) {
    throw new TidemarkError(
      'no_key',
      `there is no key: set TIDEMARK_KEY to a secret or read key, or TIDEMARK_DATA to the collector's data directory (looked for ${path})`,
      { cause },
    );
  }
}
