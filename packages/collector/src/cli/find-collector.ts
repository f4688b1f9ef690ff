import { readFile } from 'node:fs/promises';
import { keysFile, type LocalKeys } from '../boot/open-workspaces.js';
import { TidemarkError } from '../observe/errors.js';

export interface Target {
  readonly url: string;
  readonly key: string;
}

const DEFAULT_URL = 'http://127.0.0.1:8787';
const DEFAULT_DATA = '.tidemark';

/**
 * Where the running collector is and with which key to speak to it: `TIDEMARK_URL` and `TIDEMARK_KEY`, or else the
 * address and the key that a collector on this machine left in its data directory. That key goes to that address alone:
 * a `TIDEMARK_URL` of elsewhere must not be handed the keys of this machine, and neither must whoever listens where a
 * collector did that was stopped since.
 *
 * @param kind - the key to take from the data directory: the least that does the work.
 * @throws {TidemarkError} `no_key`, saying how to give one; `collector_unreachable` when it was stopped.
 */
export async function findCollector(
  environment: Readonly<Record<string, string | undefined>>,
  kind: 'read' | 'secret' | 'admin',
): Promise<Target> {
  const asked = environment.TIDEMARK_URL?.replace(/\/+$/, '');
  const given = environment.TIDEMARK_KEY;
  if (given) return { url: asked || DEFAULT_URL, key: given };
  const path = keysFile(environment.TIDEMARK_DATA || DEFAULT_DATA);
  const keys = await readLocalKeys(path);
  const own = keys.url;
  if (own === undefined) {
    throw new TidemarkError(
      'collector_unreachable',
      `no collector runs on the data directory of ${path}: start one with npm start, or set TIDEMARK_URL and TIDEMARK_KEY`,
    );
  }
  if (asked && originOf(asked) !== originOf(own)) {
    throw new TidemarkError(
      'no_key',
      `there is no key for ${asked}: the local keys in ${path} belong to another address, ${own}; set TIDEMARK_KEY`,
    );
  }
  return { url: asked || own, key: keyOf(keys, kind, path) };
}

function keyOf(keys: LocalKeys, kind: 'read' | 'secret' | 'admin', path: string): string {
  const key = keys[`${kind}Key`];
  if (key !== undefined) return key;
  throw new TidemarkError('no_key', `${path} was written before there was an operator's key: start the collector anew`);
}

async function readLocalKeys(path: string): Promise<LocalKeys> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as LocalKeys; // written by the collector
  } catch (cause) {
    throw new TidemarkError(
      'no_key',
      `there is no key: set TIDEMARK_KEY to a secret or read key, or TIDEMARK_DATA to the collector's data directory (looked for ${path})`,
      { cause },
    );
  }
}

/** @returns undefined for what is no address; that equals no collector's. */
function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}
