// node tooling/run-built.mjs FILE ARGS...: makes sure FILE is built from the sources as they are, then runs it here,
// in this process: signals, standard input and the exit code are then its own.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, runMain, StepFailure } from './repo.mjs';
import { setup } from './setup.mjs';

await runMain(async () => {
  const [file, ...args] = process.argv.slice(2);
  if (file === undefined) throw new StepFailure('usage: node tooling/run-built.mjs FILE ARGS...');
  await setup();
  const path = resolve(root, file);
  process.argv = [process.argv[0], path, ...args];
  await import(pathToFileURL(path).href);
});
