import type { StoreConnection } from '../connect.js';
import type { RowPlace } from './row-place.js';

const DAY_MS = 86_400_000;

/**
 * Enters events into the log of loads once more: perhaps they were loaded twice, or into some aggregates only. The next look
 * finds them there twice and has what they touch counted anew.
 */
export async function noteDoubt(store: StoreConnection, places: readonly RowPlace[]): Promise<void> {
  const queues = new Map<string, { readonly first: RowPlace; readonly seqs: Set<number>; days: [number, number] }>();
  for (const place of places) {
    const key = `${place.queueId} ${place.workspaceId}`;
    const queue = queues.get(key) ?? { first: place, seqs: new Set<number>(), days: [place.day, place.day] };
    queues.set(key, queue);
    queue.seqs.add(place.seq);
    queue.days = [Math.min(queue.days[0], place.day), Math.max(queue.days[1], place.day)];
  }
  const values = [...queues.values()].map(({ first, seqs, days: [firstDay, lastDay] }) => {
    const list = [...seqs].sort((a, b) => a - b);
    return {
      workspace_id: first.workspaceId,
      queue_id: first.queueId,
      first_seq: list[0],
      last_seq: list.at(-1),
      seqs: list,
      batch_ids: [],
      first_day: isoDay(firstDay),
      last_day: isoDay(lastDay),
      historical: 0,
    };
  });
  const [value] = values;
  if (!value) return;
  const [first, ...rest] = Object.keys(value) as [string, ...string[]]; // it has nine
  await store.client().insert({
    table: 'loads',
    columns: [first, ...rest],
    values,
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 0, insert_deduplicate: 0 },
  });
}

export function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
