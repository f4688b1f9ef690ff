import { open } from 'node:fs/promises';
import type { Simulation } from '@tidemark/analytics/simulator';
import { TidemarkError } from '../../observe/errors.js';

export interface WrittenSimulation {
  readonly file: string;
  /** What was true of it: `FILE.truth.json`. */
  readonly truthFile: string;
  readonly batches: number;
  readonly events: number;
  readonly bytes: number;
}

/** Text gathered for one write. */
const CHUNK_LENGTH = 1 << 20;

/**
 * Writes batches as lines of JSON, and the truth beside them. A line with `sentAt` is a device's batch, to be posted to
 * `/v1/batch`; one without is the platform's own, to be signed and posted to `/v1/server`.
 *
 * @param waitUntil - resolves when a batch of this simulated moment is due.
 * @throws {TidemarkError} `import_file_unusable` when a file cannot be written.
 */
export async function writeSimulation(
  simulation: Simulation,
  file: string,
  waitUntil?: (at: number) => Promise<void>,
): Promise<WrittenSimulation> {
  const truthFile = `${file}.truth.json`;
  try {
    const written = await writeBatches(simulation, file, waitUntil);
    const handle = await open(truthFile, 'w');
    await handle.writeFile(`${JSON.stringify(simulation.truth())}\n`).finally(() => handle.close());
    return { file, truthFile, ...written };
  } catch (cause) {
    throw new TidemarkError('import_file_unusable', `Cannot write the simulation to ${file}: ${String(cause)}`, {
      cause,
    });
  }
}

async function writeBatches(
  { batches }: Simulation,
  file: string,
  waitUntil?: (at: number) => Promise<void>,
): Promise<{ batches: number; events: number; bytes: number }> {
  const handle = await open(file, 'w');
  const written = { batches: 0, events: 0, bytes: 0 };
  let lines = '';
  async function flush(): Promise<void> {
    const { bytesWritten } = await handle.write(lines);
    written.bytes += bytesWritten;
    lines = '';
  }
  try {
    for (const { at, batch } of batches) {
      if (waitUntil) await waitUntil(at);
      lines += `${JSON.stringify(batch)}\n`;
      written.batches++;
      written.events += batch.events.length;
      if (waitUntil || lines.length >= CHUNK_LENGTH) await flush();
    }
    await flush();
  } finally {
    await handle.close();
  }
  return written;
}
