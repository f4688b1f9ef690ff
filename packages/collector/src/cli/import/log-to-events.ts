import { splitSessions, viewDwells } from '@tidemark/analytics';
import {
  type BatchContext,
  type Custom,
  LIMITS,
  type PageView,
  type TrackedEvent,
  type ViewEnd,
} from '@tidemark/protocol';
import { createImportIds, type ImportIds, sessionIdOf } from './import-ids.js';
import type { AccessLog, LogRecord, LogVisitor } from './read-log.js';

/** Events of one session, in order: what travels in one batch. */
export interface EventRun {
  readonly context: BatchContext;
  readonly events: readonly TrackedEvent[];
  /** The line that each event was made of. */
  readonly lineNumbers: readonly number[];
}

export interface LogEvents {
  readonly ids: ImportIds;
  readonly sessionCount: number;
  /** Can be walked once. */
  readonly runs: Iterable<EventRun>;
}

/** A session's events travel in batches of at most so many: some 20 kB compressed. */
export const RUN_EVENTS_MAX = 500;

const SDK = { name: 'tidemark-import', version: '0.1.0' } as const;

interface LogSession {
  readonly visitor: LogVisitor;
  readonly first: LogRecord;
  readonly records: readonly LogRecord[];
}

/**
 * Makes events of a log, the same ones in the same order every time: session by session as they began, within a
 * session by time, then by line. A page view becomes `page_view`; every other line a `custom` event `request`. A view
 * that another one follows in its session also has a `view_end` at the time of the next, with the dwell between the two.
 * The last view of a session has none, nor has one of more than a day, which no event may carry.
 */
export function logToEvents(log: AccessLog, format: string, appId: string): LogEvents {
  const ids = createImportIds(log.fileHash, format);
  const sessions = sessionsOf(log);
  return { ids, sessionCount: sessions.length, runs: runsOf(sessions, ids, appId) };
}

function sessionsOf(log: AccessLog): LogSession[] {
  const sessions: LogSession[] = [];
  for (const visitor of log.visitors) {
    for (const records of splitSessions(visitor.records.toSorted(byTimeThenLine), (record) => record.atMs)) {
      const [first] = records;
      if (first !== undefined) sessions.push({ visitor, first, records });
    }
  }
  return sessions.sort((a, b) => byTimeThenLine(a.first, b.first));
}

function byTimeThenLine(a: LogRecord, b: LogRecord): number {
  return a.atMs - b.atMs || a.lineNumber - b.lineNumber;
}

function* runsOf(sessions: readonly LogSession[], ids: ImportIds, appId: string): Generator<EventRun> {
  let seq = 1;
  for (const session of sessions) {
    const context = contextOf(session, ids, appId);
    let events: TrackedEvent[] = [];
    let lineNumbers: number[] = [];
    for (const { event, lineNumber } of eventsOf(session, ids, seq)) {
      events.push(event);
      lineNumbers.push(lineNumber);
      seq++;
      if (events.length === RUN_EVENTS_MAX) {
        yield { context, events, lineNumbers };
        events = [];
        lineNumbers = [];
      }
    }
    if (events.length > 0) yield { context, events, lineNumbers };
  }
}

function contextOf({ visitor, first }: LogSession, ids: ImportIds, appId: string): BatchContext {
  return {
    appId,
    surface: 'h5',
    sdk: SDK,
    queueId: ids.queueId,
    visitorId: visitor.visitorId,
    sessionId: sessionIdOf(visitor.visitorId, first.atMs),
    sessionStartedAt: first.atMs,
    // Empty rather than absent: an absent one would mean "the agent of this request", which is the importer's.
    userAgent: cut(visitor.agent, LIMITS.userAgentLength),
  };
}

interface NumberedEvent {
  readonly event: TrackedEvent;
  readonly lineNumber: number;
}

function* eventsOf({ records }: LogSession, ids: ImportIds, firstSeq: number): Generator<NumberedEvent> {
  const views = records.filter((record) => record.isView);
  const dwells = viewDwells(views.map((view) => view.atMs));
  let seq = firstSeq;
  let viewsSeen = 0;
  for (const record of records) {
    const { lineNumber } = record;
    if (!record.isView) {
      yield { event: requestEvent(record, ids, seq++), lineNumber };
      continue;
    }
    const ended = views[viewsSeen - 1];
    const dwellMs = dwells[viewsSeen - 1];
    viewsSeen++;
    if (ended !== undefined && dwellMs !== undefined && dwellMs <= LIMITS.dwellMaxMs) {
      yield { event: viewEndEvent(ended, dwellMs, ids, seq++), lineNumber: ended.lineNumber };
    }
    yield { event: pageViewEvent(record, ids, seq++), lineNumber };
  }
}

function pageViewEvent(view: LogRecord, ids: ImportIds, seq: number): PageView {
  return {
    type: 'page_view',
    eventId: ids.eventId(view.atMs, view.lineNumber, 'page_view'),
    seq,
    occurredAt: view.atMs,
    page: cut(view.path, LIMITS.urlLength),
    viewId: ids.viewId(view.atMs, view.lineNumber),
    ...(view.referrer !== '' && { referrer: cut(view.referrer, LIMITS.urlLength) }),
    props: { status: view.status, bytes: view.bytes },
  };
}

function viewEndEvent(view: LogRecord, dwellMs: number, ids: ImportIds, seq: number): ViewEnd {
  const endedAt = view.atMs + dwellMs;
  return {
    type: 'view_end',
    eventId: ids.eventId(endedAt, view.lineNumber, 'view_end'),
    seq,
    occurredAt: endedAt,
    page: cut(view.path, LIMITS.urlLength),
    viewId: ids.viewId(view.atMs, view.lineNumber),
    dwellMs,
  };
}

function requestEvent(request: LogRecord, ids: ImportIds, seq: number): Custom {
  return {
    type: 'custom',
    name: 'request',
    eventId: ids.eventId(request.atMs, request.lineNumber, 'request'),
    seq,
    occurredAt: request.atMs,
    props: {
      method: cut(request.method, LIMITS.textLength),
      path: cut(request.path, LIMITS.textLength),
      status: request.status,
      bytes: request.bytes,
    },
  };
}

/** The head of a text that is longer than its field, without half a character at the end. */
function cut(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const endsInHalf = /[\uD800-\uDBFF]/.test(text.charAt(lengthMax - 1));
  return text.slice(0, endsInHalf ? lengthMax - 1 : lengthMax);
}
