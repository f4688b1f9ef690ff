// Rollup over the JavaScript that tsc emitted (no rollup TypeScript plugin works with TypeScript 7).
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { root, StepFailure } from './repo.mjs';

/**
 * Properties of the SDK that stay within its one bundle: not on the wire or the disk, nor for the app, a feature or the extras,
 * whose bundle calls the same thing by its full name.
 */
const insideNames = words(`
  announced attend automatic baseMs cameAt carrier cleanUrl contextId current describe drafts endFields endId epochOf
  exclusively expired extra fresh gate guard hasWritten isPending learn leave leaveTo leftAt living lost maxBytes maxEvents
  maxMs maySend nowBy nowIn nudge onDrop onDropped onExpired onFailed onLate onLost onRequest onServerTime onSettled
  onWritten openOutbox persist promote promoteDrafts renew retryAfter sentAt seqs setAside setFocused setVisible sizeBytes
  startFields strict take takeLease takeTroubles takeUnsent tell timer unsettled unstored withCookie writing writtenAt
`);

/**
 * Every bundle: from an emitted entry to one file, of all its exports or of `names` alone (and then without the line that names
 * its map, which no app pays), below a `preamble`. `site` is a folder made anew for each build: the static files are copied
 * there beside app.js. `copies` are [from, name in the site]. `shorten` gives the SDK's `insideNames` short ones; a bundle
 * that calls what is in another must `refuse` these names.
 */
const bundles = [
  {
    // For a page without a bundler: one script tag, one global.
    entry: 'packages/sdk-web/dist/script-tag.js',
    file: 'packages/sdk-web/dist/tidemark.min.js',
    output: { format: 'iife' },
    shorten: true,
    preamble: '//# allFunctionsCalledOnLoad', // V8 compiles it off the main thread while it loads, not within `init`
  },
  {
    entry: 'packages/sdk-web/dist/script-tag-extras.js',
    file: 'packages/sdk-web/dist/tidemark-extras.min.js',
    output: { format: 'iife' },
    refuse: insideNames,
  },
  {
    entry: 'packages/sdk-web/dist/snippet.js',
    file: 'packages/sdk-web/dist/snippet.min.js',
    output: { format: 'iife' },
  },
  {
    // To be measured, not published: what a page pays that imports `init` and names no feature.
    entry: 'packages/sdk-web/dist/index.js',
    names: ['init'],
    file: 'packages/sdk-web/dist/core.min.js',
    output: { format: 'es' },
    shorten: true,
  },
  {
    entry: 'packages/console/dist/main.js',
    file: 'packages/console/dist/site/app.js',
    output: { format: 'es' },
    site: 'packages/console/dist/site',
    copies: [
      ['packages/console/static', '.'],
      ['packages/console/node_modules/uplot/dist/uPlot.min.css', 'uPlot.min.css'],
    ],
  },
  {
    entry: 'examples/h5-fund-shop/dist/main.js',
    file: 'examples/h5-fund-shop/dist/site/app.js',
    output: { format: 'es' },
    site: 'examples/h5-fund-shop/dist/site',
    copies: [['examples/h5-fund-shop/static', '.']],
  },
  {
    // Within the shop's site, which is made before it: a frame of one origin is what a WebView can be played with.
    entry: 'examples/native-screen-simulator/dist/main.js',
    file: 'examples/h5-fund-shop/dist/site/native/app.js',
    output: { format: 'es' },
    site: 'examples/h5-fund-shop/dist/site/native',
    copies: [['examples/native-screen-simulator/static', '.']],
  },
];

/** The types of the script-tag bundle in one file that imports no other package. */
const declarations = { entry: 'packages/sdk-web/dist/index.d.ts', file: 'packages/sdk-web/dist/tidemark.d.ts' };

/** What a complete build leaves behind, relative to the root. */
export const bundleOutputs = [...bundles, declarations].map(({ file }) => file);

/**
 * What the browsers of today read; no function of ours is ever called with `new`, so each may be an arrow. Only the simplest
 * functions are inlined: the others pack better as calls. ASCII, because a script takes on the encoding of a page that may
 * not name one.
 */
const minify = { ecma: 2022, compress: { passes: 3, inline: 1, unsafe_arrows: true }, format: { ascii_only: true } };

const mangle = {
  properties: { keep_quoted: true, regex: new RegExp(`^(${insideNames.join('|')})$`) },
};

/** @throws {StepFailure} naming every bundle that failed; the others are written all the same. */
export async function writeBundles() {
  const failures = [];
  const fail = (error) => failures.push(error.message);
  for (const bundle of bundles) await writeBundle(bundle).catch(fail);
  await writeDeclarations(declarations).catch(fail);
  if (failures.length > 0) throw new StepFailure(`${failures.length} bundle(s) failed:\n  ${failures.join('\n  ')}`);
}

async function writeBundle({ entry, names, file, output, shorten, refuse, preamble, site, copies = [] }) {
  requireEntry(entry, file);
  const bundle = await rollUp(join(root, entry), {
    name: file,
    format: output.format,
    plugins: [...(names ? [onlyExports(names)] : []), ...(refuse ? [noneOf(refuse)] : [])],
    ...{ shorten, preamble },
  });
  if (site) rmSync(join(root, site), { recursive: true, force: true });
  await bundle.write({ ...output, file: join(root, file), sourcemap: names ? 'hidden' : true });
  await bundle.close();
  for (const [from, to] of copies) copyInto(join(root, from), join(root, site, to));
}

/** Makes one script of a module and all that it imports; `name` is what a failure tells of, `plugins` come before all others. */
export async function rollUp(entry, { name, format, plugins, shorten, preamble }) {
  const { rollup } = await import('rollup');
  const { nodeResolve } = await import('@rollup/plugin-node-resolve');
  const { default: terser } = await import('@rollup/plugin-terser');
  return rollup({
    input: entry,
    // Default conditions: the bundle holds what tsc emitted, never '@tidemark/source'.
    plugins: [
      ...plugins,
      emittedSourceMaps(),
      nodeResolve({ browser: true }),
      letForConst(),
      terser({
        ...minify,
        ...(shorten ? { mangle } : {}),
        format: { ...minify.format, preamble },
        module: format === 'es',
      }),
    ],
    onLog: (level, log, handle) => failOnUnresolved(name, level, log, handle),
  });
}

async function writeDeclarations({ entry, file }) {
  requireEntry(entry, file);
  const { rollup } = await import('rollup');
  const { dts } = await import('rollup-plugin-dts');
  const bundle = await rollup({
    input: join(root, entry),
    plugins: [
      dts({
        includeExternal: ['@tidemark/protocol'],
        tsconfig: join(root, 'packages/sdk-web/tsconfig.json'),
        // Resolve the protocol to its emitted declarations: the plugin would otherwise compile its sources.
        compilerOptions: { customConditions: [] },
      }),
    ],
    onLog: (level, log, handle) => failOnUnresolved(file, level, log, handle),
  });
  await bundle.write({ format: 'es', file: join(root, file) });
  await bundle.close();
}

function requireEntry(entry, file) {
  if (existsSync(join(root, entry))) return;
  const source = entry.replace('/dist/', '/src/').replace(/(\.d\.ts|\.js)$/, '.ts');
  throw new Error(`${file}: its entry ${entry} was not emitted; does ${source} (or .tsx) exist?`);
}

/** An import that stays in a bundle for the browser is a page that does not start, so it is no mere warning. */
function failOnUnresolved(file, level, log, handle) {
  if (log.code === 'UNRESOLVED_IMPORT') throw new Error(`${file}: ${log.message}`);
  handle(level, log);
}

/** Puts a module in front of the entry that takes these names of it, as an app does that imports nothing else. */
function onlyExports(names) {
  const suffix = '?only';
  return {
    name: 'only-exports',
    resolveId: (id, importer) => (importer === undefined ? `${id}${suffix}` : null),
    load(id) {
      if (!id.endsWith(suffix)) return null;
      return `export { ${names.join(', ')} } from ${JSON.stringify(id.slice(0, -suffix.length))};`;
    },
  };
}

/**
 * Writes `let` for `const`: it packs better, and terser joins it with what is assigned later. The compiler has seen to it that no
 * constant is. A word as long as the one it stands for, so that the source map stays true.
 */
function letForConst() {
  return {
    name: 'let-for-const',
    renderChunk(code) {
      const constants = nodesIn(this.parse(code)).filter(({ kind }) => kind === 'const');
      const starts = new Set(constants.map(({ start }) => start));
      return { code: code.replace(/\bconst\b/g, (word, at) => (starts.has(at) ? 'let  ' : word)), map: null };
    },
  };
}

/** Refuses a bundle that has a property of one of these names, which are short ones elsewhere. */
function noneOf(names) {
  return {
    name: 'none-of',
    renderChunk(code, { fileName }) {
      const named = nodesIn(this.parse(code)).map(
        ({ computed, key, property }) => !computed && (key ?? property)?.name,
      );
      const found = names.filter((name) => named.includes(name));
      if (found.length > 0)
        throw new Error(`${fileName} names ${found.join(', ')}: take it from the insideNames of the build`);
      return null;
    },
  };
}

/** A node of a syntax tree, and all below it. */
function nodesIn(node) {
  if (Array.isArray(node)) return node.flatMap(nodesIn);
  return typeof node?.type === 'string' ? [node, ...Object.values(node).flatMap(nodesIn)] : [];
}

/** The words of a text. */
function words(text) {
  return text.trim().split(/\s+/);
}

/** Starts each map at the TypeScript that tsc compiled, with its text, so that a stack trace in a page can be read. */
function emittedSourceMaps() {
  return {
    name: 'emitted-source-maps',
    load(id) {
      if (!existsSync(`${id}.map`)) return null;
      const map = JSON.parse(readFileSync(`${id}.map`, 'utf8'));
      map.sourcesContent ??= map.sources.map((source) => {
        const path = resolve(dirname(id), map.sourceRoot ?? '', source);
        return existsSync(path) ? readFileSync(path, 'utf8') : null;
      });
      return { code: readFileSync(id, 'utf8'), map };
    },
  };
}

function copyInto(from, to) {
  if (!existsSync(from)) throw new Error(`${from.slice(root.length + 1)} does not exist; the site needs it`);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true });
}
