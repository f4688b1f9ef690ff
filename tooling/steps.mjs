// The check steps, in the order in which a fault is cheapest to find. `pnpm check` and `npm test` both run these.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pnpm } from './install.mjs';
import { root } from './repo.mjs';
import { runChild } from './run-child.mjs';

/** Far above what any step takes here; it only keeps a hanging step from hanging the whole run. */
const stepTimeoutMs = 10 * 60_000;

const publishable = ['protocol', 'analytics', 'sdk-web', 'sdk-hybrid-bridge', 'collector'];

const bin = (path) => [process.execPath, join(root, 'node_modules', path)];
const tsc = bin('typescript/bin/tsc');

/** A step is a list of commands, or a function with the same outcome: `{ ok, output }`. */
export const checkSteps = [
  {
    name: 'lint',
    commands: [[...bin('@biomejs/biome/bin/biome'), 'ci', `--colors=${process.stdout.isTTY ? 'force' : 'off'}`, '.']],
  },
  {
    name: 'types',
    commands: [
      [...tsc, '-b'],
      [...tsc, '-p', 'tsconfig.test.json'],
    ],
  },
  { name: 'build', commands: [[process.execPath, join(root, 'tooling/build.mjs')]] },
  { name: 'knip', commands: [[...bin('knip/bin/knip.js'), '--no-progress', '--treat-config-hints-as-errors']] },
  { name: 'size', commands: [[...bin('size-limit/bin.js')]] },
  { name: 'packaging', run: checkPackaging },
];

/** Unit and architecture tests as a step of the check; `npm test` runs them through its own counting runner instead. */
export const unitStep = {
  name: 'unit',
  commands: [[...bin('vitest/vitest.mjs'), 'run', '--project', 'unit', '--allowOnly=false']],
};

/**
 * Runs one step and says one line about it; the output of a failed step is shown in full.
 *
 * @returns {Promise<boolean>} whether it passed.
 */
export async function runCheckStep(step) {
  const startedAt = performance.now();
  const { ok, output } = await (step.run ? step.run() : runCommands(step.commands));
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (!ok) console.log(output.trimEnd());
  console.log(`${step.name.padEnd(10)} ${ok ? 'ok' : 'failed'}  ${seconds} s`);
  return ok;
}

/** All commands in order, up to the first that fails. */
async function runCommands(commands) {
  for (const [command, ...args] of commands) {
    const { code, timedOut, output } = await runChild(command, args, { output: 'capture', timeoutMs: stepTimeoutMs });
    if (timedOut) return { ok: false, output: `${output}\nstopped after ${stepTimeoutMs / 60_000} minutes` };
    if (code !== 0) return { ok: false, output };
  }
  return { ok: true, output: '' };
}

/** Packs each package as it would be published and lets publint and "are the types wrong" read the tarball. */
async function checkPackaging() {
  const folder = mkdtempSync(join(tmpdir(), 'tidemark-pack-'));
  try {
    const outcomes = [];
    for (const name of publishable) outcomes.push(await checkPackage(name, join(folder, name)));
    const failed = outcomes.filter((outcome) => !outcome.ok);
    return { ok: failed.length === 0, output: failed.map((outcome) => outcome.output).join('\n') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checkPackage(name, folder) {
  const pack = [pnpm, '--dir', join(root, 'packages', name), 'pack', '--pack-destination', folder];
  const packed = await runCommands([pack]);
  if (!packed.ok) return packed;
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  if (tarball === undefined) return { ok: false, output: `packages/${name}: pnpm pack wrote no tarball` };
  const path = join(folder, tarball);
  const checked = await runCommands([
    [...bin('publint/src/cli.js'), 'run', path, '--strict'],
    // esm-only: the packages say "type": "module" and are not meant for require() in old Node versions.
    [
      ...bin('@arethetypeswrong/cli/dist/index.js'),
      path,
      '--profile',
      'esm-only',
      '--no-definitely-typed',
      '--format',
      'ascii',
    ],
  ]);
  return { ok: checked.ok, output: `packages/${name}:\n${checked.output}` };
}
