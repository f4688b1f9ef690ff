import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.js';
import type { BookFigures } from './features/measure-book.js';
import { measureSimulator } from './features/measure-simulator.js';
import { median } from './median.js';
import { writeResult } from './save-result.js';
import { wholeNumber } from './usage-error.js';

/** What `--json` prints; null is what this benchmark does not measure yet. */
interface FeatureFigures {
  readonly features: number | null;
  readonly subjects: number | null;
  readonly refreshSeconds: number | null;
  readonly freshnessMs: { readonly p50: number; readonly p99: number } | null;
  readonly bookOrdersPerSecond: number;
  readonly simulatorEventsPerSecond: number;
  readonly differentialSeeds: number | null;
  readonly differentialFailures: number | null;
}

const CHILD = fileURLToPath(new URL('./features/measure-child.js', import.meta.url));

export const featuresBenchmark: Benchmark = {
  name: 'features',
  summary: 'the order book: orders replayed a second; the market simulator: events a second to a file',
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        orders: { type: 'string', default: '1000000' },
        days: { type: 'string', default: '10' },
        users: { type: 'string', default: '2000' },
        runs: { type: 'string', default: '3' },
        json: { type: 'boolean', default: false },
        save: { type: 'boolean', default: false },
      },
    });
    const plan = {
      orders: wholeNumber(values.orders, 'orders', 1_000, 10_000_000),
      days: wholeNumber(values.days, 'days', 1, 60),
      users: wholeNumber(values.users, 'users', 10, 100_000),
      runs: wholeNumber(values.runs, 'runs', 1, 20),
    };
    const runs = Array.from({ length: plan.runs }, (_, i) => i + 1);
    const books = runs.map((seed) => measureBookApart(seed, plan.orders));
    const [book] = books;
    const simulations = runs.map((seed) => measureSimulator(seed, plan.days, plan.users));
    const [simulation] = simulations;
    const bookOrdersPerSecond = Math.round(median(books.map((one) => one.orders / one.seconds)));
    const simulatorEventsPerSecond = Math.round(median(simulations.map((one) => one.events / one.seconds)));
    say(
      `book: ${bookOrdersPerSecond} orders/s (${book?.executions} executions of ${book?.orders} orders, ${book?.resting} left)`,
    );
    say(`simulator: ${simulatorEventsPerSecond} events/s (${simulation?.events} events, ${simulation?.bytes} bytes)`);
    const figures: FeatureFigures = {
      features: null,
      subjects: null,
      refreshSeconds: null,
      freshnessMs: null,
      bookOrdersPerSecond,
      simulatorEventsPerSecond,
      differentialSeeds: null,
      differentialFailures: null,
    };
    const { orders, days, users } = plan;
    const command = `pnpm bench features --orders ${orders} --days ${days} --users ${users} --runs ${plan.runs} --save`;
    if (values.save) writeResult('features', command, figures);
    if (values.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  },
};

/** In a process of its own: garbage of one replay is not the pause of the next. */
function measureBookApart(seed: number, orders: number): BookFigures {
  const { status, stdout } = spawnSync(process.execPath, [CHILD, String(seed), String(orders)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`the replay of ${orders} orders failed`);
  return JSON.parse(stdout) as BookFigures; // written by the child
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
