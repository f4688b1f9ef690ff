// One vitest project, run once, counted from its JSON report.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './repo.mjs';
import { runChild } from './run-child.mjs';

const vitest = join(root, 'node_modules/vitest/vitest.mjs');

/**
 * The projects of vitest.config.ts. Each bound is far above what the project takes: it only keeps a hanging test from
 * hanging the whole run. `folder`: a project that lives in one folder is left out until that folder is there.
 */
export const testProjects = [
  { name: 'unit', timeoutMs: 20 * 60_000 },
  { name: 'engine', timeoutMs: 40 * 60_000 },
  { name: 'e2e', timeoutMs: 30 * 60_000, folder: 'test/e2e' },
  { name: 'chaos', timeoutMs: 30 * 60_000, folder: 'test/chaos' },
];

/**
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[], skips: string[] }} Tally
 * What one runner did; `failures` and `skips` name tests as `file > test`.
 */

/** @returns {Promise<Tally>} */
export async function runTestProject({ name, timeoutMs }, { scratch, env }) {
  const report = join(scratch, `${name}.json`);
  const args = ['run', '--project', name, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  // A forgotten .only would leave the rest of its file out and still be green.
  const { code, timedOut } = await runChild(process.execPath, [vitest, ...args, '--allowOnly=false'], {
    output: 'inherit',
    timeoutMs,
    env,
  });
  return tally(name, { report, code, timedOut, timeoutMs });
}

function tally(name, { report, code, timedOut, timeoutMs }) {
  const counts = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };
  const fail = (what) => {
    counts.failed += 1;
    counts.failures.push(what);
  };
  if (timedOut) fail(`${name}: stopped after ${timeoutMs / 60_000} minutes`);
  if (existsSync(report)) countFiles(JSON.parse(readFileSync(report, 'utf8')).testResults, counts, fail);
  else if (!timedOut) fail(`${name}: vitest ended with code ${code} before it wrote a report`);
  if (counts.passed + counts.failed + counts.skipped === 0) fail(`${name}: no tests were found`);
  // An unhandled error outside any test is in the exit code only.
  if (code !== 0 && counts.failed === 0) fail(`${name}: vitest ended with code ${code} though no test failed`);
  return counts;
}

function countFiles(files, counts, fail) {
  for (const file of files) {
    const path = relative(root, file.name);
    const failedBefore = counts.failed;
    for (const test of file.assertionResults) {
      const title = `${path} > ${test.fullName}`;
      if (test.status === 'passed') counts.passed += 1;
      else if (test.status === 'failed') fail(title);
      else {
        counts.skipped += 1;
        counts.skips.push(title);
      }
    }
    // A file that breaks while it is loaded has no tests to report.
    if (file.status === 'failed' && counts.failed === failedBefore) fail(`${path}: ${firstLine(file.message)}`);
  }
}

function firstLine(message) {
  return (message || 'the file failed outside its tests').split('\n')[0];
}
