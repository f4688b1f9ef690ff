import { createHash } from 'node:crypto';
import {
  type BatchId,
  brandId,
  type EpochMs,
  type EventId,
  type QueueId,
  type SessionId,
  uuidV7,
  type ViewId,
  type VisitorId,
} from '@tidemark/protocol';
import { uuidV8 } from '../../pipeline/uuid-v8.js';

/**
 * A visitor of a log is an address and an agent; only the hash of the two is kept. Whoever has the log can make the
 * same id again, so it is a pseudonym, not anonymity.
 */
export function visitorIdOf(address: string, agent: string): VisitorId {
  return brandId(uuidV8(sha256(`${address}\0${agent}`)));
}

/** The same in every file that holds the start of the session. */
export function sessionIdOf(visitorId: VisitorId, startedAt: EpochMs): SessionId {
  return brandId(uuidV7(startedAt, sha256(`${visitorId}\0${startedAt}`)));
}

/** Ids that follow from the bytes of the file alone, so that importing it again sends the same events. */
export interface ImportIds {
  /** The file is the device's queue: `seq` counts within it. */
  readonly queueId: QueueId;
  eventId(atMs: EpochMs, lineNumber: number, kind: 'page_view' | 'request' | 'view_end'): EventId;
  viewId(atMs: EpochMs, lineNumber: number): ViewId;
  /** Of the events numbered `firstSeq` and up; a half of a batch is another batch. */
  batchId(atMs: EpochMs, firstSeq: number, eventCount: number): BatchId;
}

/** @param fileHash - sha256 of the file's bytes. */
export function createImportIds(fileHash: Uint8Array, format: string): ImportIds {
  const prefix = `${Buffer.from(fileHash).toString('hex')}\0${format}`;
  const idAt = (atMs: EpochMs, what: string) => uuidV7(atMs, sha256(`${prefix}\0${what}`));
  return {
    queueId: brandId(uuidV8(sha256(prefix))),
    eventId: (atMs, lineNumber, kind) => brandId(idAt(atMs, `${lineNumber}\0${kind}`)),
    viewId: (atMs, lineNumber) => brandId(idAt(atMs, `${lineNumber}\0view`)),
    batchId: (atMs, firstSeq, eventCount) => brandId(idAt(atMs, `${firstSeq}\0${eventCount}\0batch`)),
  };
}

function sha256(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
