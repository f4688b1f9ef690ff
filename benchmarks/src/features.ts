import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.js';
import { measureCatalog } from './features/measure-catalog.js';
import { measureFreshness } from './features/measure-freshness.js';
import { measureMarket } from './features/measure-market.js';
import { measureVelocity } from './features/measure-velocity.js';
import { withTemporaryDirectory } from './process/temporary-directory.js';
import { writeResult } from './save-result.js';
import { wholeNumber } from './usage-error.js';

const VELOCITY_EVENTS = 200_000;
/** Ten thousand events at the pace of many devices, then some to rebuild. */
const FRESHNESS = { pacedBatches: 200, furtherBatches: 4_000 };

export const featuresBenchmark: Benchmark = {
  name: 'features',
  summary: 'features of 100,000 users refreshed, store against oracle over many seeds, order book, market simulator',
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seeds: { type: 'string', default: '200' },
        users: { type: 'string', default: '100000' },
        orders: { type: 'string', default: '1000000' },
        runs: { type: 'string', default: '3' },
        json: { type: 'boolean', default: false },
        save: { type: 'boolean', default: false },
      },
    });
    const seeds = wholeNumber(values.seeds, 'seeds', 0, 10_000);
    const users = wholeNumber(values.users, 'users', 100, 1_000_000);
    const orders = wholeNumber(values.orders, 'orders', 1_000, 10_000_000);
    const runs = wholeNumber(values.runs, 'runs', 1, 20);
    const market = measureMarket({ orders, runs }, say);
    const velocity = measureVelocity({ events: VELOCITY_EVENTS, runs });
    say(
      `in memory: ${velocity.velocityMicrosPerEvent} us of CPU time an event for its three subjects, ${velocity.velocityMicrosPerRead} us to read one`,
    );
    const catalog = await withTemporaryDirectory((directory) => measureCatalog(directory, { seeds, users }, say));
    const freshness = await withTemporaryDirectory((directory) => measureFreshness(directory, FRESHNESS));
    say(
      `live features: counted within ${freshness.freshnessMs.p50} ms (half), ${freshness.freshnessMs.p99} ms (99 %) of the 202; ${freshness.rebuildEvents} events rebuilt in ${freshness.rebuildSeconds} s`,
    );
    const result = { ...catalog, ...freshness, ...market, ...velocity };
    const command = `pnpm bench features --seeds ${seeds} --users ${users} --orders ${orders} --runs ${runs} --save`;
    if (values.save) writeResult('features', command, result);
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  },
};

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
