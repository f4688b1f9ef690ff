import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import terserModule from '@rollup/plugin-terser';
import { rollup } from 'rollup';

/** What `tsc` made of the sources beside this file; the same place whether this runs built or from its source. */
const DIST = fileURLToPath(new URL('../../dist/bridge/', import.meta.url));
/** Its types say that the function lies a level deeper than it does. */
const terser = terserModule as unknown as typeof terserModule.default;
/** As the build makes its own: tooling/build-bundles.mjs. */
const MINIFY = { ecma: 2022, compress: { passes: 3 }, format: { ascii_only: true } } as const;
const VIRTUAL = `${DIST}virtual.js`;

/** One script of a module and all that it imports. @param entry - a module beside this one, without its ending. */
export function bundleScript(entry: string): Promise<string> {
  return bundle(`import ${JSON.stringify(`${DIST}${entry}.js`)};`, 'iife');
}

/** Bytes, gzip -9, of what a page with a bundler pays for these statements. */
export async function gzipBytesOf(statements: string): Promise<number> {
  return gzipSync(await bundle(statements, 'es'), { level: 9 }).length;
}

async function bundle(statements: string, format: 'iife' | 'es'): Promise<string> {
  const made = await rollup({
    input: VIRTUAL,
    plugins: [
      {
        name: 'statements',
        resolveId: (id) => (id === VIRTUAL ? id : null),
        load: (id) => (id === VIRTUAL ? statements : null),
      },
      // Default conditions: what `tsc` emitted, as a page's own bundler would take it.
      nodeResolve({ browser: true }),
      terser({ ...MINIFY, module: format === 'es' }),
    ],
    onLog(_, { code, message }) {
      if (code === 'UNRESOLVED_IMPORT') throw new Error(message);
    },
  });
  const { output } = await made.generate({ format });
  await made.close();
  return output[0].code;
}
