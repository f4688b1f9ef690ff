// pnpm nightly: what is too long for every change. More kills, more seeds, and the benchmark; each prints its JSON, and the
// first failure makes the whole run fail at its end.
import { join } from 'node:path';
import { root, runMain, say } from './repo.mjs';
import { runChild } from './run-child.mjs';
import { setup } from './setup.mjs';

const hourMs = 60 * 60_000;
const seeds = [1, 2, 3];
const runs = [
  ...seeds.map((seed) => ['chaos.js', 'kill', '--n', '25', '--seed', String(seed), '--json']),
  ...seeds.map((seed) => ['chaos.js', 'kill-engine', '--n', '10', '--seed', String(seed), '--json']),
  ...['wal', 'nth-failure', 'disk-full', 'store-down', 'poison'].flatMap((name) =>
    seeds.map((seed) => ['chaos.js', name, '--n', '8', '--seed', String(seed), '--json']),
  ),
  ['main.js', 'ingest', '--json'],
  ['main.js', 'sdk', '--seeds', '20', '--json'],
];

await runMain(async () => {
  await setup();
  let failed = 0;
  for (const [file, ...args] of runs) {
    say(`${file.replace('.js', '')} ${args.join(' ')}`);
    const built = join(root, 'benchmarks/dist', file);
    const { code } = await runChild(process.execPath, [built, ...args], { output: 'inherit', timeoutMs: hourMs });
    if (code !== 0) failed++;
  }
  say(failed === 0 ? 'All runs are clean.' : `${failed} of ${runs.length} runs failed.`);
  process.exitCode = failed === 0 ? 0 : 1;
});
