import { readVarint, type SplitRow } from '../split-rows.js';
import type { RowLayout } from '../tables/column.js';

/** Where a row of `events` belongs; read from the row itself. */
export interface RowPlace {
  readonly workspaceId: string;
  /** UUID in lower case; of the event itself when it has no queue. */
  readonly queueId: string;
  readonly seq: number;
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
}

const COLUMNS = ['workspace_id', 'queue_id', 'event_id', 'seq', 'event_day'];
const NO_QUEUE = '00000000-0000-0000-0000-000000000000';

/** `queueId` of a place, of a row that lies in the table. */
export const QUEUE_OF_ROW = `if(queue_id = toUUID('${NO_QUEUE}'), event_id, queue_id)`;

/** Gives a reader of rows that are written by this layout; undefined when these are no rows of events. */
export function createPlaceReader(layout: RowLayout): ((row: SplitRow) => RowPlace) | undefined {
  const at = COLUMNS.map((name) => layout.columns.findIndex((column) => column.name === name));
  if (layout.table !== 'events' || at.includes(-1)) return undefined;
  const [workspace, queue, event, seq, day] = at as [number, number, number, number, number];
  return ({ bytes, offsets }) => {
    const offset = (column: number) => offsets[column] as number; // a row has as many as its layout has columns
    const queueId = readUuid(bytes, offset(queue));
    const [length, start] = readVarint(bytes, offset(workspace));
    return {
      workspaceId: bytes.toString('utf8', start, start + length),
      queueId: queueId === NO_QUEUE ? readUuid(bytes, offset(event)) : queueId,
      seq: Number(bytes.readBigUInt64LE(offset(seq))),
      day: bytes.readUInt16LE(offset(day)),
    };
  };
}

/** Two UInt64, each little-endian: the text's bytes 7..0, then 15..8. */
function readUuid(bytes: Buffer, at: number): string {
  const hex = `${bytes.readBigUInt64LE(at).toString(16).padStart(16, '0')}${bytes
    .readBigUInt64LE(at + 8)
    .toString(16)
    .padStart(16, '0')}`;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
