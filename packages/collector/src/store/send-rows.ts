import { randomUUID } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { ClickHouseSettings } from '@clickhouse/client';
import type { StoreConnection } from './connect.js';
import type { RowLayout } from './tables/column.js';

/**
 * Has the store insert rows in RowBinary. An engine on this machine is handed a file: ten megabytes through a socket, out of
 * it and into a file of its own cost it as much CPU time as reading the rows. A server is sent them.
 *
 * @throws what the client throws.
 */
export async function sendRows(
  store: StoreConnection,
  { table, columns }: RowLayout,
  parts: readonly Uint8Array[],
  settings: ClickHouseSettings,
): Promise<void> {
  const insert = `INSERT INTO ${table} (${columns.map(({ name }) => name).join(', ')})`;
  const directory = store.spoolDirectory();
  if (directory === undefined) {
    const { stream } = await store.client().exec({
      query: `${insert} FORMAT RowBinary`,
      values: Readable.from([Buffer.concat(parts)], { objectMode: false }), // one write, not thousands of a batch each
      clickhouse_settings: settings,
    });
    for await (const _ of stream); // an undrained answer holds its socket
    return;
  }
  const name = `${randomUUID()}.spool`;
  const path = join(directory, name);
  try {
    await writeParts(path, parts);
    await store.client().command({
      query: `${insert} FROM INFILE '${name}' FORMAT RowBinary`,
      clickhouse_settings: settings,
    });
  } finally {
    await unlink(path).catch(() => undefined); // the engine empties the folder when it starts
  }
}

/** Not synced: the WAL has the rows until the store has them. */
async function writeParts(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    const { bytesWritten } = await file.writev(parts as Uint8Array[]); // node's type lacks readonly
    const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
    if (bytesWritten !== bytes) throw new Error(`wrote ${bytesWritten} of ${bytes} bytes to ${path}: disk full?`);
  } finally {
    await file.close();
  }
}
