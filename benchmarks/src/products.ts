import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.js';
import { readKeys, startCollector } from './process/start-collector.js';
import { withTemporaryDirectory } from './process/temporary-directory.js';
import { type LedgerFigures, loadAndCompare } from './products/load-and-compare.js';
import { writeResult } from './save-result.js';
import { wholeNumber } from './usage-error.js';

export const productsBenchmark: Benchmark = {
  name: 'products',
  summary: "a simulated market through the collector: its reports against the simulator's own ledger",
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        days: { type: 'string', default: '30' },
        users: { type: 'string', default: '300' },
        seed: { type: 'string', default: '7' },
        json: { type: 'boolean', default: false },
        save: { type: 'boolean', default: false },
      },
    });
    const days = wholeNumber(values.days, 'days', 1, 60);
    const users = wholeNumber(values.users, 'users', 10, 5_000);
    const seed = wholeNumber(values.seed, 'seed', 0, 1_000_000);
    const figures = await withTemporaryDirectory((directory) => measure(directory, { days, users, seed }));
    const result = { days, users, seed, ...figures };
    for (const difference of figures.differences.slice(0, 20)) say(difference);
    say(
      `${figures.events} events of ${days} days and ${users} users: ${figures.compared} figures of the ledger, ` +
        `${figures.differences.length} differ; products answered in ${figures.productsMs} ms`,
    );
    if (values.save) writeResult('products', `pnpm bench products --days ${days} --users ${users} --save`, result);
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  },
};

async function measure(
  dataDirectory: string,
  market: { readonly days: number; readonly users: number; readonly seed: number },
): Promise<LedgerFigures> {
  const collector = startCollector({ dataDirectory, port: 0 });
  try {
    const url = await collector.url;
    return await loadAndCompare({ url, dataDirectory, ...readKeys(dataDirectory) }, market);
  } finally {
    collector.kill('SIGTERM');
    await collector.ended;
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
