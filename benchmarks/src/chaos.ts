import { parseArgs } from 'node:util';
import { type ChaosTest, chaosTest } from './chaos/chaos-test.js';
import { isGoodDiskFull, runDiskFull } from './chaos/disk-full.js';
import { isGoodFlags, runFlags } from './chaos/flags.js';
import { runKill } from './chaos/kill.js';
import { runKillEngine } from './chaos/kill-engine.js';
import { isGoodNthFailure, runNthFailure } from './chaos/nth-failure.js';
import { runOverload } from './chaos/overload.js';
import { isGoodPoison, runPoison } from './chaos/poison.js';
import { runPowerCut } from './chaos/powercut.js';
import { isGood } from './chaos/run-chaos.js';
import { runSigterm } from './chaos/sigterm.js';
import { runSimulate } from './chaos/simulate.js';
import { runSlowloris } from './chaos/slowloris.js';
import { isGoodStoreDown, runStoreDown } from './chaos/store-down.js';
import { isGoodWal, runWal } from './chaos/wal.js';
import { runCommand, UsageError, wholeNumber } from './usage-error.js';

/** `pnpm chaos NAME [--n N] [--seed S] [--json]`; without a name, the list. */
const TESTS: readonly ChaosTest[] = [
  chaosTest('kill', 'kill the collector at random instants while devices send', runKill, isGood),
  chaosTest('kill-engine', 'kill the embedded engine at random instants while devices send', runKillEngine, isGood),
  chaosTest(
    'flags',
    'kill the collector while devices are flagged, beside a listener that never reads',
    runFlags,
    isGoodFlags,
  ),
  chaosTest('powercut', "cut the disk's power at random instants while devices send", runPowerCut, isGood),
  chaosTest('wal', 'cut the WAL at every byte of its end, flip every bit of a segment', runWal, isGoodWal),
  chaosTest(
    'nth-failure',
    'fail the Nth write, fsync, rename, open, truncate of the WAL, one after another',
    runNthFailure,
    isGoodNthFailure,
  ),
  chaosTest('disk-full', 'fill the disk and free it while devices send', runDiskFull, isGoodDiskFull),
  chaosTest('store-down', 'take the store away, slow it down, lose its answers', runStoreDown, isGoodStoreDown),
  chaosTest('poison', 'send rows that the store refuses among good ones, then mend it', runPoison, isGoodPoison),
  chaosTest('overload', 'ten times what it can take, for n seconds', runOverload, isGood),
  chaosTest('slowloris', 'n hundred clients that do not get on beside good ones', runSlowloris, isGood),
  chaosTest('sigterm', 'n SIGTERMs under load with keep-alive clients', runSigterm, isGood),
  chaosTest('simulate', 'play n worlds of devices, collector and store in virtual time', runSimulate, isGood),
];
const N = 5;
const N_MAX = 1_000_000;
const SEED_MAX = 2 ** 31 - 1;

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      n: { type: 'string', default: String(N) },
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
  const n = wholeNumber(values.n, 'n', 1, N_MAX);
  const { result, good } = await test.run({ n, seed, onProgress, trace: values.trace });
  onProgress(
    Object.entries(result)
      .map(([key, value]) => `  ${key.padEnd(20)} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
      .join('\n'),
  );
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  if (!good) throw new UsageError(`${name} failed; run it again with --seed ${seed}.`);
});

// As in main.ts: Node 20 may wait for ever for sockets that are closed already.
process.exit();
