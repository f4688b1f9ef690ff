import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { SDK_DIST } from '../page-server.js';

/** Bytes of each script tag on its way to the page, gzip -9; null for one that the build does not make. */
export interface Sizes {
  readonly coreGzipBytes: number | null;
  readonly fullGzipBytes: number | null;
  readonly snippetGzipBytes: number | null;
}

export function measureSizes(): Sizes {
  const [script, extras] = [sizeOf('tidemark'), sizeOf('tidemark-extras')];
  return {
    coreGzipBytes: sizeOf('core'),
    fullGzipBytes: script === null || extras === null ? null : script + extras,
    snippetGzipBytes: sizeOf('snippet'),
  };
}

function sizeOf(name: string): number | null {
  const path = `${SDK_DIST}${name}.min.js`;
  return existsSync(path) ? gzipSync(readFileSync(path), { level: 9 }).length : null;
}
