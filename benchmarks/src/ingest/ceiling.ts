import { join } from 'node:path';
import type { LoadGenerator } from '../load/start-generator.js';
import { createCpuClock } from '../process/proc.js';
import { type EngineProcess, startEngine } from '../process/start-engine.js';
import { sleep } from '../process/wait-until.js';
import { startCollectorContender } from './collector-contender.js';
import { withEngine } from './data-directories.js';
import { createRunner, type Round } from './runner.js';

/** The engine alone, reading from files the same rows that the others are sent. */
export interface Ceiling {
  /** Loads all files once. @returns CPU, microseconds a row. */
  bill(): Promise<number>;
  close(): Promise<void>;
}

const ROWS_A_FILE = 20_000;
const MERGES_SETTLE_MS = 1_000;

/** As the collector's loads: durable, one block a load, nothing collapsed while inserting. */
const LOAD_SETTINGS = [
  'async_insert = 0',
  'insert_deduplicate = 0',
  'max_insert_block_size = 10000000',
  'min_insert_block_size_rows = 10000000',
  'min_insert_block_size_bytes = 0',
  'optimize_on_insert = 0',
  'max_threads = 1',
  'max_insert_threads = 1',
].join(', ');

/** @param dataDirectory - without views; used up by it. */
export async function openCeiling(dataDirectory: string, round: Round, generator: LoadGenerator): Promise<Ceiling> {
  const options = { hasAllViews: false, profileDirectory: undefined };
  const collector = await startCollectorContender('source of the ceiling', dataDirectory, options);
  try {
    await createRunner(collector, generator).bill(round);
    await collector.stopAndAudit(round.events);
  } catch (error) {
    collector.destroy();
    throw error;
  }
  const count = Math.max(1, Math.round(round.events / ROWS_A_FILE));
  const files = Array.from({ length: count }, (_, index) => join(dataDirectory, `${index}.rows`));
  await withEngine(dataDirectory, async (tables) => {
    for (const [index, file] of files.entries()) {
      // As the rows of a segment lie: a batch together, batches in no order.
      await tables.run(`
        INSERT INTO FUNCTION file('${file}', 'RowBinary') SELECT * FROM events
        WHERE cityHash64(batch_id) % ${count} = ${index} ORDER BY cityHash64(batch_id, 1), seq`);
    }
  });
  const engine = await startEngine(dataDirectory);
  const structure = await structureOf(engine);
  const cpuMicros = createCpuClock();
  return {
    async bill() {
      await engine.run('TRUNCATE TABLE events');
      const before = cpuMicros(engine.pid);
      for (const file of files) {
        const source = `file('${file}', 'RowBinary', '${structure}')`;
        await engine.run(`INSERT INTO events SETTINGS ${LOAD_SETTINGS} SELECT * FROM ${source}`);
      }
      await sleep(MERGES_SETTLE_MS);
      return (cpuMicros(engine.pid) - before) / round.events;
    },
    close: engine.close,
  };
}

/** Low-cardinality columns are read as what is within: the bytes are the same, and the engine reads them faster. */
async function structureOf(engine: EngineProcess): Promise<string> {
  const columns = await engine.rows<{ readonly name: string; readonly type: string }>('DESCRIBE TABLE events');
  const plain = columns.map(({ name, type }) => `${name} ${type.replace(/LowCardinality\((\w+)\)/g, '$1')}`);
  return plain.join(', ').replaceAll("'", "\\'");
}
