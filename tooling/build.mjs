// tsc for everything, then the bundles. `pnpm build` runs this file; the set-up runs it with --if-stale.
import { existsSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleOutputs, writeBundles } from './build-bundles.mjs';
import { ensureInstalled } from './install.mjs';
import { withLock } from './lock.mjs';
import { root, runMain, StepFailure, say, workspaceFolders } from './repo.mjs';
import { runStep } from './run-child.mjs';
import { buildFingerprint, listFiles, readStamp, writeStamp } from './stamps.mjs';

const compileTimeoutMs = 10 * 60_000;
const tsc = join(root, 'node_modules/typescript/bin/tsc');

/** True when what stands in the dist folders was built from the sources as they are now. */
export function isBuilt() {
  return readStamp('build') === buildFingerprint() && expectedOutputs().every((file) => existsSync(join(root, file)));
}

function expectedOutputs() {
  return [...workspaceFolders().map((folder) => `${folder}/dist/.tsbuildinfo`), ...bundleOutputs];
}

async function build({ onlyIfStale }) {
  await ensureInstalled();
  await withLock('build', async () => {
    if (onlyIfStale && isBuilt()) return; // somebody else did it while we waited
    say('Building ...');
    const fingerprint = buildFingerprint(); // before, so that an edit during the build causes another one
    if (!(await runStep(process.execPath, [tsc, '-b'], { timeoutMs: compileTimeoutMs })))
      throw new StepFailure('the build failed: mend the type errors above.');
    removeOrphans();
    await writeBundles();
    writeStamp('build', fingerprint);
  });
}

/** tsc -b never deletes: without this the output of a renamed source would still be imported, and published. */
function removeOrphans() {
  for (const folder of workspaceFolders()) {
    const dist = join(root, folder, 'dist');
    for (const path of listFiles(dist)) {
      const name = relative(dist, path);
      const stem = name.match(/^(.*?)(\.d\.ts|\.js)(\.map)?$/)?.[1];
      if (stem === undefined || name.startsWith('site/')) continue;
      if (bundleOutputs.some((output) => path.startsWith(join(root, output)))) continue;
      const source = join(root, folder, 'src', stem);
      if (!existsSync(`${source}.ts`) && !existsSync(`${source}.tsx`)) rmSync(path);
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(() => build({ onlyIfStale: process.argv.includes('--if-stale') }));
}
