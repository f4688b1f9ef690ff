import type { EpochMs, Rejection } from '@tidemark/protocol';
import type { Column } from './column.js';

/** One event that was refused, kept with its reason. */
export interface RejectedRow {
  readonly workspaceId: string;
  readonly appId: string;
  readonly batchId: string;
  readonly receivedAt: EpochMs;
  readonly rejection: Rejection;
  /** Who sent it, where that may be known. */
  readonly visitorId?: string | undefined;
  /** The event as it came but for what is masked, JSON; or the row that the store refused, with how to read it. */
  readonly raw: string;
}

export const REJECTED_COLUMNS: readonly Column<RejectedRow>[] = [
  {
    name: 'workspace_id',
    type: 'String',
    meaning: 'The workspace it was sent to.',
    write: (w, r) => w.string(r.workspaceId),
  },
  {
    name: 'app_id',
    type: 'LowCardinality(String)',
    meaning: 'The app that sent it.',
    write: (w, r) => w.string(r.appId),
  },
  { name: 'batch_id', type: 'UUID', meaning: 'The batch it came in.', write: (w, r) => w.uuid(r.batchId) },
  {
    name: 'event_index',
    type: 'UInt32',
    meaning: 'Its position in the batch, from 0; 2^31 plus its `seq` modulo 2^31 when the store refused it.',
    write: (w, r) => w.uint32(r.rejection.index),
  },
  {
    name: 'event_id',
    type: 'String',
    meaning: 'Its id as sent; empty when it had none.',
    write: (w, r) => w.string(r.rejection.eventId),
  },
  {
    name: 'reason',
    type: 'LowCardinality(String)',
    meaning: 'Why it was refused.',
    write: (w, r) => w.string(r.rejection.reason),
  },
  {
    name: 'field',
    type: 'LowCardinality(String)',
    meaning:
      'Which field was at fault, empty for the event itself; what the store calls its fault when it refused the row.',
    write: (w, r) => w.string(r.rejection.field),
  },
  {
    name: 'raw',
    type: 'String',
    meaning:
      'The event as it came but for what is masked, JSON, empty when it is nested too deeply to be written; the row and its columns when the store refused it.',
    write: (w, r) => w.string(r.raw),
  },
  {
    name: 'received_at',
    type: "DateTime64(3, 'UTC')",
    meaning: "The collector's clock when it arrived (UTC).",
    write: (w, r) => w.int64(r.receivedAt),
  },
  {
    name: 'visitor_id',
    type: 'UUID',
    meaning:
      'Device or browser that sent it; zero when a server did, when the store refused it, for history, and of who was erased or said no to risk control.',
    write: (w, r) => w.uuid(r.visitorId ?? ''),
  },
];
