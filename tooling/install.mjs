// Dependencies: pnpm itself from npm (a fresh machine has no pnpm), then everything in the lockfile.
// Called pnpm directly and never through npx: npx asks the registry even for what is cached, and hangs without a network.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { root, StepFailure, say, toolsDir } from './repo.mjs';
import { runStep } from './run-child.mjs';
import { installFingerprint, readStamp, writeStamp } from './stamps.mjs';

const pnpmVersion = '12.21.0';
export const pnpm = join(toolsDir, 'node_modules', '.bin', 'pnpm');

const installTimeoutMs = 20 * 60_000;

/** True when dependencies are what the lockfile says; reads a few small files and no network. */
function isInstalled() {
  return (
    hasPnpm() &&
    existsSync(join(root, 'node_modules', '.modules.yaml')) &&
    readStamp('install') === installFingerprint()
  );
}

export async function ensureInstalled({ quiet = false } = {}) {
  if (isInstalled()) return;
  await withLock('install', async () => {
    if (isInstalled()) return; // somebody else did it while we waited
    if (!hasPnpm()) await installPnpm(quiet);
    await installDependencies(quiet);
  });
}

function hasPnpm() {
  const manifest = join(toolsDir, 'node_modules', 'pnpm', 'package.json');
  return existsSync(pnpm) && existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === pnpmVersion;
}

async function installPnpm(quiet) {
  say(`Installing pnpm ${pnpmVersion} into .tools ...`);
  const args = ['install', '--prefix', toolsDir, '--no-save', '--no-audit', '--no-fund', `pnpm@${pnpmVersion}`];
  const done = await runStep('npm', args, { quiet, timeoutMs: installTimeoutMs });
  if (!done || !hasPnpm()) {
    throw new StepFailure(
      'pnpm could not be installed: check that the npm registry answers (npm ping), then try again.',
    );
  }
}

async function installDependencies(quiet) {
  say('Installing dependencies ...');
  const fingerprint = installFingerprint();
  // Without a terminal pnpm refuses to replace a node_modules of another make; here that is always what is wanted.
  const args = ['install', '--frozen-lockfile', '--config.confirmModulesPurge=false'];
  if (!(await runStep(pnpm, args, { quiet, timeoutMs: installTimeoutMs }))) {
    throw new StepFailure(
      'dependencies could not be installed: read the message above, check that the npm registry answers (npm ping) and that pnpm-lock.yaml belongs to these package.json files, then try again.',
    );
  }
  writeStamp('install', fingerprint);
}
