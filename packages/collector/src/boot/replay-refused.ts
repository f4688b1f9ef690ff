import type { ReplayResult } from '@tidemark/protocol';
import { bisectRows } from '../batch/bisect-rows.js';
import type { StoreConnection } from '../store/connect.js';
import { loadRows } from '../store/load-rows.js';
import type { Refusal } from '../store/refusal.js';
import { readRefused as readRaw } from '../store/refused-rows.js';
import { deleteRefused } from '../store/rejected/delete-refused.js';
import { presentEvents } from '../store/rejected/present-events.js';
import { FIRST_REFUSED, type RefusedEntry, readRefused } from '../store/rejected/read-refused.js';
import type { RowLayout } from '../store/tables/column.js';

/** The ids of so many fit into the address of a request. */
const PAGE_ROWS = 100;

/**
 * Puts rows that the store refused through again, after its schema was mended. What it takes leaves `rejected`.
 *
 * Broken off anywhere and called again, it takes no row twice: what lies in the table by then is only taken out of `rejected`.
 *
 * @throws {TidemarkError} `store_refused`, or what the client throws; what was taken until then is taken.
 */
export async function replayRefused(store: StoreConnection, workspaceId: string): Promise<ReplayResult> {
  let read = 0;
  let taken = 0;
  let page = await readRefused(store, workspaceId, FIRST_REFUSED, PAGE_ROWS);
  for (let last = page.at(-1); last; last = page.at(-1)) {
    const present = await presentEvents(store, workspaceId, page);
    const absent = page.filter(({ eventId }) => !present.has(eventId));
    const refused = await loadAgain(store, absent);
    const done = page.filter((entry) => !refused.has(entry));
    if (done.length > 0) await deleteRefused(store, workspaceId, done);
    read += page.length;
    taken += done.length;
    page = await readRefused(store, workspaceId, last, PAGE_ROWS);
  }
  return { read, taken, stillRefused: read - taken };
}

/** @returns those that are refused again. */
async function loadAgain(store: StoreConnection, entries: readonly RefusedEntry[]): Promise<Set<RefusedEntry>> {
  const refused = new Set<RefusedEntry>();
  for (const { layout, rows } of byLayout(entries)) {
    const again = await bisectRows<Refusal>({
      rowCount: rows.length,
      load: (from, to) =>
        loadRows(
          store,
          layout,
          rows.slice(from, to).map(({ bytes }) => bytes),
        ),
      decided: () => undefined,
      decide: async () => undefined, // the table itself remembers what it took
    });
    for (const { row } of again) refused.add((rows[row] as { readonly entry: RefusedEntry }).entry); // one of these rows
  }
  return refused;
}

interface LayoutRows {
  readonly layout: RowLayout;
  readonly rows: { readonly entry: RefusedEntry; readonly bytes: Buffer }[];
}

/** Rows of older releases lie in `rejected` as those wrote them. */
function byLayout(entries: readonly RefusedEntry[]): LayoutRows[] {
  const groups = new Map<string, LayoutRows>();
  for (const entry of entries) {
    const { layout, bytes } = readRaw(entry.raw);
    const key = JSON.stringify(layout);
    const group = groups.get(key) ?? { layout, rows: [] };
    group.rows.push({ entry, bytes });
    groups.set(key, group);
  }
  return [...groups.values()];
}
