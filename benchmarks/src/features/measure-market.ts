import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from '../median.js';
import type { BookFigures } from './measure-book.js';
import { measureSimulator } from './measure-simulator.js';

export interface MarketFigures {
  readonly bookOrdersPerSecond: number;
  readonly simulatorEventsPerSecond: number;
}

const CHILD = fileURLToPath(new URL('./measure-child.js', import.meta.url));
/** Some 400,000 events. */
const SIMULATED = { days: 10, users: 2_000 };

/** Medians over the runs, each with a seed of its own. */
export function measureMarket(
  { orders, runs }: { readonly orders: number; readonly runs: number },
  say: (text: string) => void,
): MarketFigures {
  const seeds = Array.from({ length: runs }, (_, index) => index + 1);
  const books = seeds.map((seed) => measureBookApart(seed, orders));
  const simulations = seeds.map((seed) => measureSimulator(seed, SIMULATED.days, SIMULATED.users));
  const bookOrdersPerSecond = Math.round(median(books.map((one) => one.orders / one.seconds)));
  const simulatorEventsPerSecond = Math.round(median(simulations.map((one) => one.events / one.seconds)));
  const [book] = books;
  const [simulation] = simulations;
  say(
    `book: ${bookOrdersPerSecond} orders/s (${book?.executions} executions of ${book?.orders} orders, ${book?.resting} left)`,
  );
  say(`simulator: ${simulatorEventsPerSecond} events/s (${simulation?.events} events, ${simulation?.bytes} bytes)`);
  return { bookOrdersPerSecond, simulatorEventsPerSecond };
}

/** In a process of its own: garbage of one replay is not the pause of the next. */
function measureBookApart(seed: number, orders: number): BookFigures {
  const { status, stdout } = spawnSync(process.execPath, [CHILD, String(seed), String(orders)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`the replay of ${orders} orders failed`);
  return JSON.parse(stdout) as BookFigures; // written by the child
}
