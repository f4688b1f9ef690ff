import { runWorld } from './run-world.js';
import { runWorlds } from './run-worlds.js';
import { createTools } from './virtual-collector.js';

/*
 * node main.ts FIRST COUNT STEP: plays the worlds FIRST, FIRST + STEP, ... and writes one line of JSON.
 * node main.ts FIRST trace: plays one and tells its story on standard error first.
 */
const [first = 0, count = 1, step = 1] = process.argv.slice(2).map(Number);
if (process.argv[3] === 'trace') {
  await runWorld({ seed: first, tools: createTools(), trace: (line) => void process.stderr.write(`${line}\n`) });
}
const seeds = Array.from({ length: count || 1 }, (_, index) => first + index * step);
process.stdout.write(`${JSON.stringify(await runWorlds(seeds))}\n`);
