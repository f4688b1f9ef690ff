import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rollUp } from '../../../tooling/build-bundles.mjs';

/** What `tsc` made of the sources beside this file; the same place whether this runs built or from its source. */
const DIST = fileURLToPath(new URL('../../dist/bridge/', import.meta.url));
const VIRTUAL = `${DIST}virtual.js`;

/** One script of a module and all that it imports. @param entry - a module beside this one, without its ending. */
export function bundleScript(entry: string): Promise<string> {
  return bundle(`import ${JSON.stringify(`${DIST}${entry}.js`)};`, 'iife');
}

/** Bytes, gzip -9, of what a page with a bundler pays for these statements. */
export async function gzipBytesOf(statements: string): Promise<number> {
  return gzipSync(await bundle(statements, 'es'), { level: 9 }).length;
}

/** As the build makes its own. */
async function bundle(statements: string, format: 'iife' | 'es'): Promise<string> {
  const made = await rollUp(VIRTUAL, {
    name: 'a script of the benchmark',
    format,
    plugins: [
      {
        name: 'statements',
        resolveId: (id) => (id === VIRTUAL ? id : null),
        load: (id) => (id === VIRTUAL ? statements : null),
      },
    ],
  });
  const { output } = await made.generate({ format });
  await made.close();
  return output[0].code;
}
