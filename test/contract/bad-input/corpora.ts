import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Corpora {
  readonly name: string;
  /** File by file: what is JSON (`y_`), what is not (`n_`), and what may be taken either way. */
  readonly bodies: readonly { readonly name: string; readonly bytes: Buffer }[];
  readonly strings: readonly string[];
}

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const SHARED_DATA = here('../../../../shared/data');
const CORPORA = join(process.env.TIDEMARK_TEST_DATA ?? SHARED_DATA, 'corpora');
const JSON_FOLDERS = ['json-test-suite/test_parsing', 'json-test-suite/test_transform'];
const STRINGS = 'naughty-strings/strings.json';

/** What is part of the repository. */
export function smallCorpora(): Corpora {
  const bodies = JSON.parse(readFileSync(here('json-bodies.json'), 'utf8')) as Record<string, string>; // ours
  return {
    name: 'what is cut from the corpora',
    bodies: Object.entries(bodies).map(([name, base64]) => ({ name, bytes: Buffer.from(base64, 'base64') })),
    strings: JSON.parse(readFileSync(here('naughty-strings.json'), 'utf8')) as string[], // ours
  };
}

/** All of them, where they are; elsewhere undefined, and lines in the list of missing data. */
export function wholeCorpora(): Corpora | undefined {
  const missing = [...JSON_FOLDERS, STRINGS].filter((name) => !existsSync(join(CORPORA, name)));
  if (missing.length > 0) {
    const skipLog = process.env.TIDEMARK_SKIP_LOG;
    if (skipLog) appendFileSync(skipLog, missing.map((name) => `corpora/${name}\n`).join(''));
    return undefined;
  }
  const bodies = JSON_FOLDERS.flatMap((folder) =>
    readdirSync(join(CORPORA, folder)).map((name) => ({ name, bytes: readFileSync(join(CORPORA, folder, name)) })),
  );
  return {
    name: 'the whole corpora',
    bodies,
    strings: JSON.parse(readFileSync(join(CORPORA, STRINGS), 'utf8')) as string[],
  };
}
