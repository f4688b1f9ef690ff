import { parseArgs } from 'node:util';
import { runKill } from './chaos/kill.js';
import { runKillEngine } from './chaos/kill-engine.js';
import { runOverload } from './chaos/overload.js';
import { runPowerCut } from './chaos/powercut.js';
import { type ChaosPlan, type ChaosResult, isGood } from './chaos/run-chaos.js';
import { runSigterm } from './chaos/sigterm.js';
import { runSimulate } from './chaos/simulate.js';
import { runSlowloris } from './chaos/slowloris.js';
import { runCommand, UsageError, wholeNumber } from './usage-error.js';

/** `pnpm chaos NAME [--n N] [--seed S] [--json]`; without a name, the list. */
const TESTS: readonly {
  readonly name: string;
  readonly summary: string;
  readonly run: (plan: ChaosPlan) => Promise<ChaosResult>;
}[] = [
  { name: 'kill', summary: 'kill the collector at random instants while devices send', run: runKill },
  {
    name: 'kill-engine',
    summary: 'kill the embedded engine at random instants while devices send',
    run: runKillEngine,
  },
  { name: 'overload', summary: 'ten times what it can take, for n seconds', run: runOverload },
  { name: 'slowloris', summary: 'n hundred clients that do not get on beside good ones', run: runSlowloris },
  { name: 'sigterm', summary: 'n SIGTERMs under load with keep-alive clients', run: runSigterm },
  { name: 'powercut', summary: "cut the disk's power at random instants while devices send", run: runPowerCut },
  { name: 'simulate', summary: 'play N worlds of devices, collector and store in virtual time', run: runSimulate },
];
const KILLS = 5;
const N_MAX = 1_000_000;
const SEED_MAX = 2 ** 31 - 1;

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      n: { type: 'string', default: String(KILLS) },
      seed: { type: 'string', default: String(Math.floor(Math.random() * SEED_MAX)) },
      json: { type: 'boolean', default: false },
      trace: { type: 'boolean', default: false },
    },
  });
  const [name] = positionals;
  if (name === undefined) {
    process.stdout.write(`${TESTS.map((one) => `${one.name.padEnd(12)} ${one.summary}`).join('\n')}\n`);
    return;
  }
  const test = TESTS.find((one) => one.name === name);
  if (!test) {
    throw new UsageError(`There is no chaos test "${name}"; there are: ${TESTS.map((one) => one.name).join(', ')}.`);
  }
  const seed = wholeNumber(values.seed, 'seed', 0, SEED_MAX);
  const onProgress = (line: string) => void process.stderr.write(`${line}\n`);
  onProgress(`seed ${seed}`);
  const result = await test.run({ kills: wholeNumber(values.n, 'n', 1, N_MAX), seed, onProgress, trace: values.trace });
  onProgress(
    Object.entries(result)
      .map(([key, value]) => `  ${key.padEnd(20)} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
      .join('\n'),
  );
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  if (!isGood(result)) throw new UsageError(`${name} failed; run it again with --seed ${seed}.`);
});
