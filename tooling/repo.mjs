// Where things are, and how a tool reports a failure. No dependency: this runs before anything is installed.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Everything the set-up remembers (package manager, stamps, locks). Ignored by git, safe to delete. */
export const toolsDir = join(root, '.tools');

/** Folders of all workspace packages, relative to the root. Mirrors pnpm-workspace.yaml. */
export function workspaceFolders() {
  const under = (folder) =>
    existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => `${folder}/${name}`) : [];
  return [...under('packages'), ...under('examples'), 'benchmarks'].filter((folder) =>
    existsSync(join(root, folder, 'package.json')),
  );
}

/** A failure the reader can act on: one sentence that says what to do, shown without a stack ('' when it was said). */
export class StepFailure extends Error {}

/** Everything the set-up says goes to standard error, so that `--json` commands keep standard output clean. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Runs a tool's main function; a StepFailure becomes one sentence and exit code 1, anything else keeps its stack. */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof StepFailure)) say(error?.stack ?? String(error));
    else if (error.message !== '') say(`tidemark: ${error.message}`);
    process.exitCode = 1;
  }
}
