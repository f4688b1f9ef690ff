import type { IdFigures, QueueFigures } from './measure-memory.js';

const MIB = 1_048_576;

/** Rows of the table in docs/architecture.md. */
export function renderCopies(result: { readonly queues: QueueFigures; readonly ids: readonly IdFigures[] }): string {
  const { queues, bytesPerQueue, events, bytesOfOneQueue } = result.queues;
  const rows = [
    [`${million(queues)} queues`, `${mebibytes(queues * bytesPerQueue)} (${bytesPerQueue} bytes each)`, ''],
    [`${million(events)} events of one queue, in order`, `${(bytesOfOneQueue / 1_024).toFixed(0)} KiB`, ''],
    ...result.ids.map((one) => [
      `${million(one.ids)} event ids, a week's`,
      `${mebibytes(one.memoryBytes)} (${one.runs} files, ${one.recentIds} ids in none yet)`,
      `${one.takeMicros.toFixed(1)} us to take one in; ${one.freshMicros.toFixed(1)} a new one, ${one.copyMicros.toFixed(1)} a copy, once they are there`,
    ]),
  ];
  return rows.map((cells) => `| ${cells.join(' | ')} |`.replace('|  |', '| |')).join('\n');
}

function million(count: number): string {
  return count % 1_000_000 === 0 ? `${count / 1_000_000} million` : String(count);
}

function mebibytes(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
