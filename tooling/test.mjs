// npm test: every check step and every test, once each. The last line is the sum, and alone decides the exit code.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { root, runMain, say } from './repo.mjs';
import { setup } from './setup.mjs';
import { checkSteps, runCheckStep } from './steps.mjs';
import { runTestProject, testProjects } from './vitest-runner.mjs';

const nothing = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };

await runMain(async () => {
  // The build is a step here, with its own line.
  await setup({ quiet: true, build: false }).catch((error) => {
    report({ ...nothing, failed: 1, failures: ['set-up'] }, '');
    throw error;
  });
  const scratch = mkdtempSync(join(tmpdir(), 'tidemark-test-'));
  try {
    const tallies = [await prepareBrowser()];
    for (const step of checkSteps) tallies.push(await tallyStep(step));
    // Tests write the name of each data file they had to do without here, one a line.
    const skipLog = join(scratch, 'skipped-data');
    writeFileSync(skipLog, '');
    const env = { TIDEMARK_SKIP_LOG: skipLog };
    for (const project of testProjects) {
      if (project.folder && !existsSync(join(root, project.folder))) {
        console.log(`${project.name}: there is no ${project.folder} yet, nothing to run`);
        continue;
      }
      console.log(`\n${project.name}`);
      tallies.push(await runTestProject(project, { scratch, env }));
    }
    report(sum(tallies), readFileSync(skipLog, 'utf8'));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

/**
 * Without a browser the tests that need one skip themselves, each by name. On a build server that would be a green run
 * that tested nothing in a browser, so there it is a failure.
 */
async function prepareBrowser() {
  const browser = await ensureChromium();
  if (browser !== undefined) {
    process.env.TIDEMARK_CHROMIUM = browser;
    return nothing;
  }
  say(
    'NO BROWSER FOUND: the browser tests are SKIPPED. Install Chromium (Debian: apt-get install chromium) or name one in TIDEMARK_CHROMIUM.',
  );
  if (process.env.CI !== 'true') return nothing;
  return { ...nothing, failed: 1, failures: ['browser: none found, and CI=true asks for one'] };
}

async function tallyStep(step) {
  if (await runCheckStep(step)) return { ...nothing, passed: 1 };
  return { ...nothing, failed: 1, failures: [step.name] };
}

function sum(tallies) {
  return tallies.reduce((a, b) => ({
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    failures: [...a.failures, ...b.failures],
    skips: [...a.skips, ...b.skips],
  }));
}

function report({ passed, failed, skipped, failures, skips }, skippedData) {
  const dataFiles = [...new Set(skippedData.split('\n').filter((line) => line.trim() !== ''))];
  list('Failed', failures);
  list('Skipped tests', skips);
  list('Skipped data files', dataFiles);
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}

function list(title, names) {
  if (names.length > 0) console.log(`\n${title}:\n${names.map((name) => `  ${name}`).join('\n')}`);
}
