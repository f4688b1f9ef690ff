import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { packageOf, violations } from './import-rules.js';
import { importTable } from './import-table.js';
import { type ModuleFacts, readModule } from './read-module.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = readSources();

describe('the sources', () => {
  it('hold to the import table', () => {
    expect(violations(modules)).toEqual([]);
  });

  it('import only what their package.json names', () => {
    expect(Object.keys(importTable).flatMap(undeclaredImports)).toEqual([]);
  });

  it('were all seen', () => {
    // A checker that reads nothing passes everything: far fewer files or imports than there are is a fault of this test.
    expect(modules.length).toBeGreaterThan(200);
    expect(modules.reduce((count, module) => count + module.imports.length, 0)).toBeGreaterThan(modules.length);
    expect(readdirSync(join(root, 'packages')).sort()).toEqual(Object.keys(importTable).sort());
    const seen = new Set(modules.map((module) => module.path.split('/')[1]));
    expect([...seen].sort()).toEqual(Object.keys(importTable).sort());
  });
});

describe('the checker', () => {
  // Each row: a file, its source, and what must be said about it. The last rows are right and must pass.
  const collector = 'packages/collector/src';
  const sdk = 'packages/sdk-web/src';
  it.each([
    [`${sdk}/track/a.ts`, `import { q } from '../queue/q.js';`, 'track/ may not import queue/'],
    [`${sdk}/track/a.ts`, `export const q = await import('../queue/q.js');`, 'track/ may not import queue/'],
    [`${sdk}/track/a.ts`, `export { q } from '../queue/q.js';`, 'track/ may not import queue/'],
    [`${sdk}/track/a.ts`, `export type Q = import('../queue/q.js').Q;`, 'track/ may not import queue/'],
    [`${sdk}/track/a.ts`, `import { init } from '../index.js';`, 'track/ may not import the root'],
    [`${sdk}/transport/a.ts`, `import { q } from '../queue/q.js';`, 'only with import type'],
    [`${sdk}/transport/a.ts`, `import { type Q } from '../queue/q.js';`, 'only with import type'],
    [`${sdk}/queue/a.ts`, `import { z } from 'zod';`, 'may not import zod'],
    [`${sdk}/queue/a.ts`, `import { join } from 'node:path';`, 'node:path'],
    [`${sdk}/queue/a.ts`, `import { a } from '../../../protocol/src/ack.js';`, 'leaves the package'],
    [`${sdk}/outbox/a.ts`, '', 'room outbox is not in the import table'],
    ['packages/protocol/src/ack.ts', `import { z } from 'zod';`, 'may not import zod'],
    ['packages/protocol/src/index.ts', `export { s } from './schema/index.js';`, 'only schema/ itself'],
    ['packages/analytics/src/stats/a.ts', `import { x } from '@tidemark/protocol';`, 'only with import type'],
    [
      'packages/console/src/a.ts',
      `import type { x } from '@tidemark/collector';`,
      'may not import @tidemark/collector',
    ],
    ['packages/other/src/a.ts', '', 'its package is not in the import table'],
    [`${collector}/store/a.ts`, `import { open } from 'chdb';`, 'may not import chdb'],
    [`${collector}/boot/a.ts`, `export const kind = 'chdb';`, 'the word chdb is outside engine/'],
    [`${collector}/ingest/a.ts`, `import { crc32 } from '@node-rs/crc32';`, 'may not import @node-rs/crc32'],
    [`${collector}/reports/a.ts`, `export const q = (t: string) => \`SELECT 1 FROM \${t}\`;`, 'SQL outside store/'],
    [`${collector}/reports/a.ts`, 'export default 1;', 'default export'],
    [`${collector}/reports/a.ts`, 'const a = 1; export { a as default };', 'default export'],
    [`${collector}/reports/a.ts`, `export * from './b.js';`, 'export *'],
    [`${collector}/reports/utils/a.ts`, '', 'a folder called utils'],
    [`${collector}/reports/b/c/a.ts`, '', 'more than 2 folders'],
    [`${collector}/reports/pageViews.ts`, '', 'not kebab-case'],
    [`${sdk}/boot/a.ts`, `import { q } from '../queue/q.js'; import { onCLS } from 'web-vitals';`, undefined],
    [`${sdk}/transport/a.ts`, `import type { Q } from '../queue/q.js'; import '../browser/b.js';`, undefined],
    [`${collector}/engine/a.ts`, `import { Session } from 'chdb'; export const q = 'SELECT 1';`, undefined],
    [`${collector}/wal/a.ts`, `// chdb: SELECT is only mentioned\nimport { log } from '../observe/log.js';`, undefined],
  ])('reads %s %j', (path, source, expected) => {
    const found = violations([readModule(path, source)]);
    if (expected === undefined) expect(found).toEqual([]);
    else expect(found).toContainEqual(expect.stringContaining(expected));
  });

  it('finds an import cycle, type imports included', () => {
    const facts = [
      readModule(`${sdk}/queue/a.ts`, `import { b } from './b.js';`),
      readModule(`${sdk}/queue/b.ts`, `import type { C } from './c.js';`),
      readModule(`${sdk}/queue/c.ts`, `import { a } from './a.js';`),
    ];
    expect(violations(facts)).toEqual([
      `import cycle: ${'abca'.replace(/./g, (name) => ` -> ${sdk}/queue/${name}.ts`).slice(4)}`,
    ]);
  });

  it('does not skip a file that does not parse', () => {
    expect(() => readModule(`${sdk}/queue/a.ts`, 'import {')).toThrow(SyntaxError);
  });
});

function readSources(): readonly ModuleFacts[] {
  return readdirSync(join(root, 'packages')).flatMap((name) =>
    readdirSync(join(root, 'packages', name, 'src'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => readModule(relative(root, path), readFileSync(path, 'utf8'))),
  );
}

/** A package of this workspace that is imported but not named resolves here, through the root, and nowhere else. */
function undeclaredImports(packageName: string): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(root, 'packages', packageName, 'package.json'), 'utf8'));
  const declared = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.peerDependencies };
  const imported = modules
    .filter((module) => module.path.startsWith(`packages/${packageName}/`))
    .flatMap((module) => module.imports.map((fact) => fact.specifier))
    .filter((specifier) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
    .map(packageOf);
  return [...new Set(imported)]
    .filter((name) => !(name in declared))
    .map((name) => `packages/${packageName} imports ${name}, which its package.json does not name`);
}
