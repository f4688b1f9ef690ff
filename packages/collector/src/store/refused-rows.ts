import { brandId, type EventId } from '@tidemark/protocol';
import type { Refusal } from './refusal.js';
import { readVarint, type SplitRow } from './split-rows.js';
import type { RowLayout } from './tables/column.js';
import type { RejectedRow } from './tables/rejected.js';

/** A row of `events` that the store refused, as it lies in `rejected`: nothing of it is lost. */
export interface RefusedRow {
  readonly layout: RowLayout;
  /** RowBinary, by that layout. */
  readonly bytes: Buffer;
}

/** What `raw` holds: the row in the load format, and how to read it. */
interface Kept {
  readonly table: string;
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly rowBinary: string;
}

/** Positions of refused rows lie behind all positions of a batch, so that none takes the place of the other. */
const INDEX_BASE = 2 ** 31;

/**
 * The row of `rejected` for a row that the store refused. The same row gives the same, whenever it is refused.
 *
 * @returns undefined for a row without the columns that tell whose it is.
 */
export function keepRefused(
  { bytes, offsets }: SplitRow,
  layout: RowLayout,
  refusal: Refusal,
): RejectedRow | undefined {
  const at = (name: string): number => offsets[layout.columns.findIndex((column) => column.name === name)] ?? -1;
  const places = ['workspace_id', 'app_id', 'batch_id', 'received_at', 'event_id', 'seq'].map(at);
  if (places.includes(-1)) return undefined;
  const [workspace, app, batch, received, event, seq] = places as [number, number, number, number, number, number];
  const kept: Kept = {
    table: layout.table,
    columns: layout.columns.map(({ name, type }) => [name, type]),
    rowBinary: bytes.toString('base64'),
  };
  return {
    workspaceId: readString(bytes, workspace),
    appId: readString(bytes, app),
    batchId: readUuid(bytes, batch),
    receivedAt: Number(bytes.readBigInt64LE(received)),
    rejection: {
      index: INDEX_BASE + Number(bytes.readBigUInt64LE(seq) % BigInt(INDEX_BASE)),
      eventId: brandId<EventId>(readUuid(bytes, event)),
      reason: 'refused_by_store',
      field: refusal.fault,
    },
    raw: JSON.stringify(kept),
  };
}

/** Reads `raw` back. */
export function readRefused(raw: string): RefusedRow {
  const { table, columns, rowBinary } = JSON.parse(raw) as Kept; // written above
  return {
    layout: { table, columns: columns.map(([name, type]) => ({ name, type })) },
    bytes: Buffer.from(rowBinary, 'base64'),
  };
}

function readString(bytes: Buffer, at: number): string {
  const [length, start] = readVarint(bytes, at);
  return bytes.toString('utf8', start, start + length);
}

/** Two UInt64, each little-endian: the text's bytes 7..0, then 15..8. */
function readUuid(bytes: Buffer, at: number): string {
  const hex = Array.from({ length: 16 }, (_, i) => bytes.toString('hex', at + (i ^ 7), at + (i ^ 7) + 1)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
