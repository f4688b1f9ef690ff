import type { EpochMs } from '@tidemark/protocol';
import type { Column } from './column.js';
import { column } from './column-kinds.js';

/** Events of one queue that came again, within seconds. */
export interface CopiesRow {
  readonly workspaceId: string;
  readonly appId: string;
  readonly queueId: string;
  readonly visitorId: string;
  /** When the last of them came. */
  readonly receivedAt: EpochMs;
  readonly copies: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** In how many deliveries the one with the lowest number was. */
  readonly times: number;
  /** How many had been taken more than an hour before, and the highest number of these. */
  readonly kept: number;
  readonly keptSeq: number;
  /** When the first and the last of them happened, by the device's clock. */
  readonly firstOccurredAt: EpochMs;
  readonly lastOccurredAt: EpochMs;
}

const DAY_MS = 86_400_000;

export const COPIES_COLUMNS: readonly Column<CopiesRow>[] = [
  column('workspace_id', 'String', 'The workspace they were sent to.', (w, r) => w.string(r.workspaceId)),
  column('app_id', 'LowCardinality(String)', 'The app that sent them.', (w, r) => w.string(r.appId)),
  column('queue_id', 'UUID', 'The device queue they are of.', (w, r) => w.uuid(r.queueId)),
  column('visitor_id', 'UUID', 'Device or browser that sent them.', (w, r) => w.uuid(r.visitorId)),
  column('received_at', "DateTime64(3, 'UTC')", "The collector's clock when the last of them arrived (UTC).", (w, r) =>
    w.int64(r.receivedAt),
  ),
  column('copies', 'UInt32', 'Events that had been taken before and came again.', (w, r) => w.uint32(r.copies)),
  column('first_seq', 'UInt64', 'The lowest `seq` of these.', (w, r) => w.int64(r.firstSeq)),
  column('last_seq', 'UInt64', 'The highest.', (w, r) => w.int64(r.lastSeq)),
  column('times', 'UInt32', 'How often the one of the lowest came.', (w, r) => w.uint32(r.times)),
  column('kept', 'UInt32', 'How many of them had been taken more than an hour before, as far as is known.', (w, r) =>
    w.uint32(r.kept),
  ),
  column('kept_seq', 'UInt64', 'The highest `seq` of those; 0 when there are none.', (w, r) => w.int64(r.keptSeq)),
  column('first_day', 'Date', 'The first `event_day` of the events (UTC).', (w, r) =>
    w.uint16(dayOf(r.firstOccurredAt)),
  ),
  column('last_day', 'Date', 'The last.', (w, r) => w.uint16(dayOf(r.lastOccurredAt))),
];

const dayOf = (atMs: EpochMs): number => Math.floor(atMs / DAY_MS);
