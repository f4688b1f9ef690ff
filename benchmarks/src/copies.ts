import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Benchmark } from './benchmark.js';
import type { IdFigures, QueueFigures } from './copies/measure-memory.js';
import { writeResult } from './save-result.js';
import { wholeNumber } from './usage-error.js';

const CHILD = fileURLToPath(new URL('./copies/measure-child.js', import.meta.url));
const HEAP_MIB = 4_096;
const MIB = 1_048_576;

export const copiesBenchmark: Benchmark = {
  name: 'copies',
  summary: 'memory and CPU time of recognising copies: by place in a queue, and by event id',
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        queues: { type: 'string', default: '1000000' },
        ids: { type: 'string', default: '1000000,10000000' },
        json: { type: 'boolean', default: false },
        save: { type: 'boolean', default: false },
      },
    });
    const queues = measure<QueueFigures>('queues', wholeNumber(values.queues, 'queues', 1_000, 5_000_000));
    const { bytesPerQueue, bytesOfOneQueue, events } = queues;
    say(`${queues.queues} queues of one event: ${bytesPerQueue} bytes each`);
    say(`one queue of ${events} events in order: ${bytesOfOneQueue} bytes in all`);
    const ids: IdFigures[] = [];
    for (const count of values.ids.split(',')) {
      const figures = measure<IdFigures>('ids', wholeNumber(count, 'ids', 1_000, 100_000_000));
      ids.push(figures);
      say(describe(figures));
    }
    const result = { queues, ids };
    const command = `pnpm bench copies --queues ${queues.queues} --ids ${ids.map((one) => one.ids).join(',')} --save`;
    if (values.save) writeResult('copies', command, result);
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  },
};

/** Each in a process of its own: garbage of one is not memory of the next. */
function measure<T>(what: string, count: number): T {
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--expose-gc', `--max-old-space-size=${HEAP_MIB}`, CHILD, what, String(count)],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  if (status !== 0) throw new Error(`the measurement of ${count} ${what} failed`);
  return JSON.parse(stdout) as T; // written by the child
}

function describe({ ids, memoryBytes, indexBytes, recentIds, runs, ...micros }: IdFigures): string {
  const memory = `${(memoryBytes / MIB).toFixed(1)} MiB in memory (${(indexBytes / MIB).toFixed(1)} for ${runs} files, ${recentIds} ids wait)`;
  const costs = [micros.takeMicros, micros.freshMicros, micros.copyMicros].map((cost) => cost.toFixed(1));
  return `${ids} event ids: ${memory}; CPU us an id: ${costs[0]} to take, ${costs[1]} to ask after a new one, ${costs[2]} after a copy`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
