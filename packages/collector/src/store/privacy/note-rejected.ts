import type { StoreConnection } from '../connect.js';
import { readRefused as readRaw } from '../refused-rows.js';
import { FIRST_REFUSED, readRefused } from '../rejected/read-refused.js';
import { countSubjectRows } from './row-subject.js';
import { formsOf, isDistinctive, jsonNeedles } from './subject-ids.js';
import { quoted, type SubjectWords, UNLOGGED } from './subject-words.js';

/** What a row of `rejected` is called, before it is hashed. */
export const REJECTED_PLACE = 'toString((batch_id, event_index))';

const PAGE_ROWS = 200;
const NO_QUEUE = '00000000-0000-0000-0000-000000000000';

export interface RejectedSearch {
  readonly workspaceId: string;
  readonly id: string;
  readonly words: SubjectWords;
  /** Of the raw events: the subject's own by their ids alone, not by what an app attached. */
  readonly ownEvents: string;
  /** Where the places are noted, hashed. */
  readonly noted: { readonly mendId: string; readonly target: string };
}

/**
 * Notes which rejected events are a subject's: those that it sent, those whose text holds the id, those that came in a batch of its
 * device, and
 * among rows that the store refused those whose columns hold it.
 */
export async function noteRejected(store: StoreConnection, search: RejectedSearch): Promise<void> {
  const { workspaceId, id, ownEvents, words } = search;
  // A batch of a device is about one visitor; one of a server is about many, and others' rejected events are not ours to delete.
  const inOwnBatch = `batch_id IN (SELECT batch_id FROM events WHERE ${ownEvents} AND queue_id != toUUID('${NO_QUEUE}'))`;
  const holdsId = `
    arrayExists(needle -> position(raw, needle) > 0, JSONExtract({needles:String}, 'Array(String)'))
    OR arrayExists(
      form -> event_id = form OR field = form OR endsWith(field, concat('.', form)), JSONExtract({forms:String}, 'Array(String)')
    )`;
  const isSender = words.isSubject({ idColumns: ['visitor_id'], mapColumns: [] });
  await note(store, search, `${isSender} OR ${inOwnBatch} OR ${holdsId}`, {
    needles: JSON.stringify(jsonNeedles(id)),
    forms: JSON.stringify(isDistinctive(id) ? formsOf(id) : []),
  });

  let page = await readRefused(store, workspaceId, FIRST_REFUSED, PAGE_ROWS);
  for (let last = page.at(-1); last; last = page.at(-1)) {
    const found = page.filter(({ raw }) => {
      const { layout, bytes } = readRaw(raw);
      return countSubjectRows(layout, bytes, id) > 0;
    });
    if (found.length > 0) {
      await note(
        store,
        search,
        '(toString(batch_id), event_index) IN arrayZip({batches:Array(String)}, {indexes:Array(UInt32)})',
        {
          batches: found.map(({ batchId }) => batchId),
          indexes: found.map(({ eventIndex }) => eventIndex),
        },
      );
    }
    page = await readRefused(store, workspaceId, last, PAGE_ROWS);
  }
}

async function note(
  store: StoreConnection,
  { workspaceId, words, noted }: RejectedSearch,
  condition: string,
  bound: Readonly<Record<string, string | readonly (string | number)[]>>,
): Promise<void> {
  await store.client().command({
    query: `INSERT INTO recounts (mend_id, target, key)
      SELECT toUUID('${noted.mendId}'), '${noted.target}', hex(${words.hash(REJECTED_PLACE)})
      FROM rejected WHERE workspace_id = ${quoted(workspaceId)} AND (${condition})`,
    query_params: bound,
    clickhouse_settings: UNLOGGED,
  });
}
