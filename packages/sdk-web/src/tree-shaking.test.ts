import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as protocol from '@tidemark/protocol';
import ts from '@typescript/typescript6';
import { type OutputChunk, rollup } from 'rollup';
import { describe, expect, it } from 'vitest';
import * as everything from './index.js';

const src = fileURLToPath(new URL('.', import.meta.url));
const ENTRY = `${src}entry-of-the-test.ts`;

/** What a bundler makes of an app that says no more than `code`. From the sources, so that no build is needed. */
async function bundle(code: string): Promise<OutputChunk> {
  const built = await rollup({
    input: ENTRY,
    external: (id) => !id.startsWith('.') && !id.startsWith('/'),
    // Modules of ours are not said to be free of side effects here: one that is not would be seen.
    treeshake: { moduleSideEffects: 'no-external', propertyReadSideEffects: false },
    plugins: [
      {
        name: 'typescript',
        resolveId: (id, importer) =>
          importer ? fileURLToPath(new URL(id.replace(/js$/, 'ts'), `file://${importer}`)) : id,
        load(id) {
          const source = id === ENTRY ? code : readFileSync(id, 'utf8');
          const compilerOptions = {
            target: ts.ScriptTarget.ES2022,
            module: ts.ModuleKind.ESNext,
            verbatimModuleSyntax: true,
          };
          return ts.transpileModule(source, { compilerOptions }).outputText;
        },
      },
    ],
  });
  const { output } = await built.generate({ format: 'es' });
  await built.close();
  return output[0];
}

/** Files of ours of which anything is left. */
const filesIn = ({ modules }: OutputChunk) =>
  Object.entries(modules)
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .map(([id]) => id.slice(src.length));

/** What is left of each file. The order of files says nothing: it is that in which the index names them. */
const codeIn = ({ modules }: OutputChunk) =>
  Object.fromEntries(
    Object.entries(modules)
      .filter(([id, { renderedLength }]) => id !== ENTRY && renderedLength > 0)
      .map(([id, { code, renderedExports }]) => [id.slice(src.length), { code, exports: renderedExports.toSorted() }]),
  );

/** The files that public names other than `init` come from. */
async function filesOfOthers(): Promise<readonly string[]> {
  const names = Object.keys(everything).filter((name) => name !== 'init' && !(name in protocol)); // that is a package of its own
  const { modules } = await bundle(`import { ${names} } from './index.js'; globalThis.used = [${names}];`);
  return names.map((name) => {
    const found = Object.entries(modules).find(([, { renderedExports }]) => renderedExports.includes(name));
    if (!found) throw new Error(`nothing exports ${name}`);
    return found[0].slice(src.length);
  });
}

describe('what an app does not use', { timeout: 30_000 }, () => {
  it('costs it nothing: init from the index is init alone, file by file, byte for byte', async () => {
    const used = '; globalThis.used = init;';
    const fromIndex = await bundle(`import { init } from './index.js'${used}`);
    const alone = await bundle(`import { init } from './boot/init.js'${used}`);
    expect(codeIn(fromIndex)).toEqual(codeIn(alone));
    expect(fromIndex.imports).toEqual(alone.imports);
    expect(fromIndex.code).toHaveLength(alone.code.length);
    expect(fromIndex.code.length).toBeGreaterThan(10_000); // there is something to compare
  });

  it('is nowhere in what init needs', async () => {
    const core = await bundle(`import { init } from './index.js'; globalThis.used = init;`);
    const others = await filesOfOthers();
    expect(others.length).toBeGreaterThan(5); // features, for one
    expect(filesIn(core).filter((file) => others.includes(file))).toEqual([]);
    expect(filesIn(core).filter((file) => /^(debug|testing)\//.test(file))).toEqual([]);
    expect(core.imports).not.toContain('web-vitals');
  });

  it('is not loaded by the index for its side effects', async () => {
    expect((await bundle(`import './index.js';`)).code.trim()).toBe('');
  });
});
