import type { Benchmark } from './benchmark.js';
import { bridgeBenchmark } from './bridge.js';
import { copiesBenchmark } from './copies.js';
import { eraseBenchmark } from './erase.js';
import { featuresBenchmark } from './features.js';
import { ingestBenchmark } from './ingest.js';
import { modelsBenchmark } from './models.js';
import { productsBenchmark } from './products.js';
import { queryBenchmark } from './query.js';
import { riskBenchmark } from './risk.js';
import { sdkBenchmark } from './sdk.js';
import { runCommand, UsageError } from './usage-error.js';

/** `pnpm bench NAME [options]`; without a name, the list. */
const BENCHMARKS: readonly Benchmark[] = [
  ingestBenchmark,
  sdkBenchmark,
  bridgeBenchmark,
  copiesBenchmark,
  queryBenchmark,
  featuresBenchmark,
  riskBenchmark,
  modelsBenchmark,
  eraseBenchmark,
  productsBenchmark,
];

await runCommand(async () => {
  const [name, ...args] = process.argv.slice(2);
  if (name === undefined) {
    process.stdout.write(`${BENCHMARKS.map((one) => `${one.name.padEnd(12)} ${one.summary}`).join('\n')}\n`);
    return;
  }
  const benchmark = BENCHMARKS.find((one) => one.name === name);
  if (!benchmark) {
    throw new UsageError(
      `There is no benchmark "${name}"; there are: ${BENCHMARKS.map((one) => one.name).join(', ')}.`,
    );
  }
  await benchmark.run(args);
});

// Not left to the end of all handles: after many connections that were reset, as the lossy proxy does, Node 20 now and then
// waits for ever, and busily, for sockets that are closed already.
process.exit();
