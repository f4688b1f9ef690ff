import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileJava, hasJdk, runJava } from './compile-java.js';

const isHere = hasJdk();
const VECTORS = fileURLToPath(new URL('.', import.meta.url));
/** Compiling on a busy machine, and thousands of writes to a real disk. */
const SLOWLY = 120_000;

describe.runIf(isHere)(`${isHere ? '' : 'NO JDK HERE, NOT TESTED: '}the Android host, in Java`, () => {
  let directory: string;
  let classPath: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-java-'));
    classPath = await compileJava(directory);
  }, SLOWLY);
  afterAll(() => rm(directory, { recursive: true, force: true }));

  async function expectAllPass(main: string, args: readonly string[], casesMin: number): Promise<void> {
    const { code, output } = await runJava(classPath, main, args);
    const failed = output.split('\n').filter((line) => !line.startsWith('ok '));
    const [, passed] = /^(\d+) passed, 0 failed$/m.exec(output) ?? [];
    expect({ code, isEnough: Number(passed) >= casesMin, failed: code === 0 ? [] : failed }).toEqual({
      code: 0,
      isEnough: true,
      failed: [],
    });
  }

  it('does what every vector says', () => expectAllPass('VectorRunner', [VECTORS], 300), SLOWLY);

  it(
    'keeps its queue over crashes, delivers by the rules, and survives 10,000 messages that nobody would write',
    () => expectAllPass('CoreChecks', [], 22),
    SLOWLY,
  );
});

describe('the source of the Android host', () => {
  it('says the version of its package', async () => {
    const read = (file: string) =>
      readFile(new URL(`../../../packages/sdk-hybrid-bridge/${file}`, import.meta.url), 'utf8');
    const { version } = JSON.parse(await read('package.json')) as { version: string }; // our own
    expect(await read('android/core/dev/tidemark/bridge/HostOptions.java')).toContain(`SDK_VERSION = "${version}"`);
  });
});
