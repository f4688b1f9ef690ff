import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { QUEUE_OF_ROW } from './row-place.js';

/** Events of one queue. Ids are UUIDs in lower case, which is what makes it safe to write them into a statement. */
export interface QueueSeqs {
  readonly workspaceId: string;
  readonly queueId: string;
  /** Closed intervals: [first0, last0, first1, last1, ...]. */
  readonly seqs: readonly number[];
}

/** One event by its place in its queue. */
export interface QueuePlace {
  readonly workspaceId: string;
  readonly queueId: string;
  readonly seq: number;
}

/** So many stand in one statement: far below what a server reads of one (256 KiB). */
const PER_STATEMENT = 1_000;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const spansOf = (queues: readonly QueueSeqs[]) =>
  queues.map(({ queueId, seqs }) => `(toUUID('${checkedId(queueId)}'), ${Number(seqs[0])}, ${Number(seqs.at(-1))})`);

const overlapping = (spans: readonly string[]) => `
  SELECT l.workspace_id AS workspaceId, toString(l.queue_id) AS queueId, l.first_seq AS first, l.last_seq AS last, l.seqs AS list
  FROM loads AS l
  INNER JOIN (SELECT arrayJoin([${spans.join(', ')}]) AS span) AS asked ON l.queue_id = asked.span.1
  WHERE l.queue_id IN (SELECT arrayJoin([${spans.join(', ')}]).1)
    AND l.first_seq <= asked.span.3 AND l.last_seq >= asked.span.2`;

interface Row {
  readonly workspaceId: string;
  readonly queueId: string;
  readonly first: number;
  readonly last: number;
  readonly list: readonly number[];
}

/**
 * What the log of loads has of these queues near these numbers: one entry a load, which may hold numbers that were not asked for.
 * A load that is under way may be there already; `placesInRaw` tells what has arrived.
 */
export async function findLoads(store: StoreConnection, queues: readonly QueueSeqs[]): Promise<QueueSeqs[]> {
  const found: QueueSeqs[] = [];
  for (const some of chunks(queues.filter(({ seqs }) => seqs.length > 0))) {
    const rows = await queryRows<Row>(store, overlapping(spansOf(some)), {});
    for (const { workspaceId, queueId, first, last, list } of rows) {
      const seqs = list.length === 0 ? [first, last] : list.flatMap((seq) => [seq, seq]);
      found.push({ workspaceId, queueId, seqs });
    }
  }
  return found;
}

const inRaw = (places: readonly QueuePlace[]) => `
  SELECT workspace_id AS workspaceId, toString(${QUEUE_OF_ROW}) AS queueId, seq
  FROM events
  WHERE workspace_id = {workspaceId:String} AND event_day BETWEEN {firstDay:Date} AND {lastDay:Date}
    AND (${QUEUE_OF_ROW}, seq) IN (${places.map(({ queueId, seq }) => `(toUUID('${checkedId(queueId)}'), ${Number(seq)})`).join(', ')})`;

/** Which of these events of one workspace lie in the raw table. Days are ISO dates, both included. */
export async function placesInRaw(
  store: StoreConnection,
  workspaceId: string,
  places: readonly QueuePlace[],
  firstDay: string,
  lastDay: string,
): Promise<QueuePlace[]> {
  const found: QueuePlace[] = [];
  for (const some of chunks(places)) {
    found.push(...(await queryRows<QueuePlace>(store, inRaw(some), { workspaceId, firstDay, lastDay })));
  }
  return found;
}

function* chunks<T>(all: readonly T[]): Iterable<readonly T[]> {
  for (let at = 0; at < all.length; at += PER_STATEMENT) yield all.slice(at, at + PER_STATEMENT);
}

function checkedId(id: string): string {
  if (!UUID.test(id)) throw new TypeError('a queue id that is no UUID in lower case');
  return id;
}
