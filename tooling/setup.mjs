// What must be true before any command runs: a Node that is new enough, dependencies, a build. When all of it is
// already so, this costs milliseconds and no network.
import { join } from 'node:path';
import { isBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { root, StepFailure } from './repo.mjs';
import { runStep } from './run-child.mjs';

const buildTimeoutMs = 15 * 60_000;

/**
 * @param {object} [options]
 * @param {boolean} [options.quiet] say what is being done, show the output of a step only when it fails.
 * @param {boolean} [options.build] false: dependencies only, for callers that build as a step of their own.
 * @throws {StepFailure} with one sentence saying what to do.
 */
export async function setup({ quiet = false, build = true } = {}) {
  requireNode();
  await ensureInstalled({ quiet });
  if (!build || isBuilt()) return;
  // A child, so that rollup's memory does not stay in the process that goes on to run the collector.
  const args = [join(root, 'tooling/build.mjs'), '--if-stale'];
  if (!(await runStep(process.execPath, args, { quiet, timeoutMs: buildTimeoutMs }))) throw new StepFailure(''); // the build has said why
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new StepFailure(
    `Tidemark needs Node 20.19 or newer and this is ${process.version}: install a newer one from https://nodejs.org.`,
  );
}
