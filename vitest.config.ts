import { defineConfig } from 'vitest/config';
import { findChromium } from './tooling/chromium.mjs';

// Tests import other workspace packages from their sources, so that no build is needed and none can be out of date.
// Vite resolves twice: `resolve` for the happy-dom (browser) environment, `ssr` for the Node one. Both lists replace
// Vite's defaults, so these are repeated.
const source = '@tidemark/source';
const sourceConditions = [source, 'module', 'development|production'];

/** Files share a process, since it takes seconds to read the whole collector anew for each. */
const withEngine = {
  pool: 'forks',
  isolate: false,
  globalSetup: 'test/fixtures/build-migrated-store.ts',
} as const;

/** One file after the other, since what a browser does in time, and what a process takes, is looked at. */
const inTurn = { ...withEngine, fileParallelism: false, maxWorkers: 1 } as const;

const engineTests = ['packages/*/src/**/*.engine.test.ts', 'test/contract/**/*.engine.test.ts'];

export default defineConfig({
  // The console's tsconfig says this too, but leaves tests out, so Vite does not apply it to them.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: { conditions: [...sourceConditions, 'browser'] },
  ssr: {
    resolve: {
      conditions: [...sourceConditions, 'node'],
      externalConditions: [source, 'node', 'module-sync'],
    },
  },
  test: {
    // Browser tests look here and skip themselves, by name, when it is empty.
    env: { TIDEMARK_CHROMIUM: findChromium() ?? '' },
    // How long something is waited for is no measure of speed: the machine may have other things to do.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.{ts,tsx}',
            'examples/*/src/**/*.test.ts',
            'test/*.test.ts',
            'test/contract/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/*.engine.test.ts'],
          // Files share two processes: starting one for each costs more than all tests. None leaves a global changed.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'engine',
          include: engineTests,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...withEngine,
          // Test and engine wait for one another: two pairs keep two processors busy.
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          ...inTurn,
        },
      },
      {
        extends: true,
        test: {
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          ...inTurn,
        },
      },
    ],
  },
});
