import type { RiskLeftOut } from '@tidemark/analytics/anomalies';
import { createRowReader } from '../../store/row-reader.js';
import type { RowLayout } from '../../store/tables/column.js';
import { type RiskRow, text } from './risk-rows.js';

/** Reasons that say nothing of who sends: what is about an erased person is refused whoever sends it. */
const LAWFUL: ReadonlySet<string> = new Set(['subject_erased', 'refused_by_store']);

/**
 * Reads what was refused of a delivery as one event of the workspace, which stands for all of it; and where fields were of wrong types
 * as one of the device, of which a log of before knows nothing.
 */
export function createRefusedRows(layout: RowLayout): (bytes: Buffer) => RiskRow[] {
  const reader = createRowReader(layout, ['workspace_id', 'received_at', 'reason', 'visitor_id']);
  const { workspace_id, received_at, reason, visitor_id } = reader.columns;
  return (bytes) => {
    let mistyped = 0;
    let deviceId = '';
    const rows: RiskRow[] = [];
    reader.begin(bytes);
    while (reader.next()) {
      const why = text(reason());
      if (LAWFUL.has(why)) continue;
      if (why === 'wrong_type') {
        mistyped++;
        deviceId = text(visitor_id()); // all are of one delivery
      }
      if (rows.length === 0) rows.push(standIn(text(workspace_id()), Number(received_at()), { isRefused: true }));
    }
    const [first] = rows;
    if (!first || deviceId === '') return rows;
    const { workspaceId, receivedAtMs } = first;
    return [...rows, leftOutRow(workspaceId, deviceId, { receivedMs: receivedAtMs, mistyped })];
  };
}

/** Reads what is known of copies, each row as one event of its device. */
export function createCopiesRows(layout: RowLayout): (bytes: Buffer) => RiskRow[] {
  const wanted = [
    'workspace_id',
    'visitor_id',
    'queue_id',
    'received_at',
    'first_seq',
    'times',
    'kept',
    'kept_seq',
  ] as const;
  const reader = createRowReader(layout, wanted);
  const { workspace_id, visitor_id, queue_id, received_at, first_seq, times, kept, kept_seq } = reader.columns;
  return (bytes) => {
    const rows: RiskRow[] = [];
    reader.begin(bytes);
    while (reader.next()) {
      const copies = {
        queueId: text(queue_id()),
        first: Number(first_seq()),
        times: Number(times()),
        kept: Number(kept()),
        keptLast: Number(kept_seq()),
      };
      rows.push(leftOutRow(text(workspace_id()), text(visitor_id()), { receivedMs: Number(received_at()), copies }));
    }
    return rows;
  };
}

function leftOutRow(workspaceId: string, deviceId: string, leftOut: RiskLeftOut): RiskRow {
  return standIn(workspaceId, leftOut.receivedMs, { deviceId, leftOut });
}

function standIn(workspaceId: string, receivedAtMs: number, fields: Partial<RiskRow['event']>): RiskRow {
  const nobody = { userId: '', deviceId: '', address: '', action: 'passive' } as const;
  return { workspaceId, eventId: '', surface: '', receivedAtMs, event: { atMs: receivedAtMs, ...nobody, ...fields } };
}
