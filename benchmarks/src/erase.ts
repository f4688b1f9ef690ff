import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.js';
import { fillEvents, visitorOf } from './erase/fill-events.js';
import { type ErasureFigures, measureErasure } from './erase/measure-erasure.js';
import { readKeys, startCollector } from './process/start-collector.js';
import { startEngine } from './process/start-engine.js';
import { withTemporaryDirectory } from './process/temporary-directory.js';
import { writeResult } from './save-result.js';
import { wholeNumber } from './usage-error.js';

export const eraseBenchmark: Benchmark = {
  name: 'erase',
  summary: 'erasing one visitor of a large table, until a scan of every file finds nothing',
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        events: { type: 'string', default: '10000000' },
        json: { type: 'boolean', default: false },
        save: { type: 'boolean', default: false },
      },
    });
    const events = wholeNumber(values.events, 'events', 10_000, 100_000_000);
    const figures = await withTemporaryDirectory((directory) => eraseOneOf(directory, events));
    const result = { events, ...figures };
    say(
      `${figures.eventsDeleted} events of one visitor among ${events}: gone from ${figures.filesBefore} files after ` +
        `${figures.eraseSeconds.toFixed(1)} s, ${figures.collectorSeconds.toFixed(1)} of them in the collector; ` +
        `${figures.groupsRecounted} groups counted anew`,
    );
    if (values.save) writeResult('erase', `pnpm bench erase --events ${events} --save`, result);
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  },
};

async function eraseOneOf(directory: string, events: number): Promise<ErasureFigures> {
  await withCollector(directory, async () => undefined); // makes the schema
  const engine = await startEngine(directory);
  await fillEvents(engine, events, say).finally(engine.close);
  return withCollector(directory, (url) => {
    const { secretKey } = readKeys(directory);
    return measureErasure({ url, secretKey, dataDirectory: directory, visitorId: visitorOf(77) });
  });
}

async function withCollector<T>(dataDirectory: string, work: (url: string) => Promise<T>): Promise<T> {
  const collector = startCollector({ dataDirectory, port: 0 });
  try {
    return await work(await collector.url);
  } finally {
    collector.kill('SIGTERM');
    await collector.ended;
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
