// pnpm check: everything a change must pass before it is shown to others, except what needs an engine or a browser.
import { runMain, StepFailure } from './repo.mjs';
import { setup } from './setup.mjs';
import { checkSteps, runCheckStep, unitStep } from './steps.mjs';

await runMain(async () => {
  await setup({ quiet: true, build: false }); // the build is a step here, with its own line
  const failed = [];
  for (const step of [...checkSteps, unitStep]) {
    if (!(await runCheckStep(step))) failed.push(step.name);
  }
  if (failed.length > 0) throw new StepFailure(`check failed: ${failed.join(', ')}.`);
});
