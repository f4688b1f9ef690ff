import { mergeNotes, type SeenNote } from '../../ingest/seen-note.js';
import { addRange, hasSeq, type SeqIntervals } from '../../ingest/seq-intervals.js';
import type { StoreConnection } from '../../store/connect.js';
import { EVENTS_STREAM } from '../../store/encode-rows.js';
import { findLoads, placesInRaw } from '../../store/loads/loaded-elsewhere.js';
import { isoDay, noteDoubt } from '../../store/loads/note-doubt.js';
import { createPlaceReader, type RowPlace } from '../../store/loads/row-place.js';
import { settleLoad } from '../../store/loads/settle-load.js';
import { type SplitRow, splitRows } from '../../store/split-rows.js';
import type { RowLayout } from '../../store/tables/column.js';
import type { WalRecord } from '../../wal/record.js';

export interface LoadedElsewhere {
  withoutLoaded(layout: string, records: readonly WalRecord[]): Promise<readonly WalRecord[]>;
  noteDoubt(layout: string, records: readonly WalRecord[]): Promise<void>;
  /** Without the events that lie in the raw table, whoever brought them, and whether there were any. */
  withoutPresent(layout: string, records: readonly WalRecord[]): Promise<PresentLeftOut>;
  /** Has everything that these events are counted in counted anew, at once. Only while nothing is loaded. */
  settle(layout: string, records: readonly WalRecord[]): Promise<void>;
}

export interface LoadedElsewhereOptions {
  readonly store: StoreConnection;
  readonly notesOf: (records: readonly WalRecord[]) => readonly SeenNote[];
  readonly countSkipped: (rows: number) => void;
  readonly countDoubtful: (rows: number) => void;
  readonly now: () => number;
}

/**
 * Where the WAL meets the log of loads. Nothing is remembered between two segments: what the others loaded is asked of the
 * store, by the queues of the segment, and only events that were seen in the raw table itself are left out.
 */
export function createLoadedElsewhere(options: LoadedElsewhereOptions): LoadedElsewhere {
  const { store } = options;

  /** Numbers by queue that some load has brought, or is bringing. */
  async function loadedSeqs(records: readonly WalRecord[]): Promise<Map<string, SeqIntervals>> {
    const loaded = new Map<string, SeqIntervals>();
    for (const { workspaceId, queueId, seqs } of await findLoads(store, mergeNotes(options.notesOf(records)))) {
      const key = keyOf(workspaceId, queueId);
      const intervals = loaded.get(key) ?? [];
      loaded.set(key, intervals);
      for (let i = 0; i + 1 < seqs.length; i += 2) addRange(intervals, seqs[i] as number, seqs[i + 1] as number); // in pairs
    }
    return loaded;
  }

  function placesOf(layout: string, records: readonly WalRecord[]): RowPlace[] {
    const events = records.filter(({ stream }) => stream === EVENTS_STREAM);
    return events.flatMap((record) => readRows(layout, record).map(({ place }) => place));
  }

  return {
    async withoutPresent(layout, records) {
      const rows = new Map(
        records.filter(({ stream }) => stream === EVENTS_STREAM).map((record) => [record, readRows(layout, record)]),
      );
      const arrived = await arrivedPlaces(store, [...rows.values()].flat());
      if (arrived.size === 0) return { records, wasBegun: false };
      return { records: records.map((record) => without(record, rows.get(record), arrived)), wasBegun: true };
    },
    async settle(layout, records) {
      const places = placesOf(layout, records);
      options.countDoubtful(places.length);
      if (places.length > 0) await settleLoad(store, places, options.now());
    },
    async withoutLoaded(layout, records) {
      const loaded = await loadedSeqs(records);
      if (loaded.size === 0) return records; // nearly always
      const isNear = (record: WalRecord) =>
        record.stream === EVENTS_STREAM &&
        options.notesOf([record]).some(({ workspaceId, queueId }) => loaded.has(keyOf(workspaceId, queueId)));
      const rows = new Map(records.filter(isNear).map((record) => [record, readRows(layout, record)]));
      const candidates = [...rows.values()].flat().filter(({ place }) => {
        return hasSeq(loaded.get(keyOf(place.workspaceId, place.queueId)) ?? [], place.seq);
      });
      const arrived = await arrivedPlaces(store, candidates);
      if (arrived.size === 0) return records;
      options.countSkipped(arrived.size);
      return records.map((record) => without(record, rows.get(record), arrived));
    },
    async noteDoubt(layout, records) {
      const places = placesOf(layout, records);
      options.countDoubtful(places.length);
      await noteDoubt(store, places);
    },
  };
}

export interface PresentLeftOut {
  readonly records: readonly WalRecord[];
  readonly wasBegun: boolean;
}

function without(record: WalRecord, rows: readonly Row[] | undefined, arrived: ReadonlySet<string>): WalRecord {
  const kept = rows?.filter(({ place }) => !arrived.has(placeKey(place)));
  if (kept === undefined || kept.length === rows?.length) return record;
  return { ...record, rowCount: kept.length, rows: Buffer.concat(kept.map(({ bytes }) => bytes)) };
}

interface Row {
  readonly bytes: Buffer;
  readonly place: RowPlace;
}

/** Rows that cannot be read are none of ours to leave out: they come back as nothing, and the record stays as it is. */
function readRows(layout: string, { stream, rows }: WalRecord): Row[] {
  const target = (JSON.parse(layout) as readonly RowLayout[])[stream]; // of the collector that wrote the segment
  const read = target && createPlaceReader(target);
  if (!target || !read) return [];
  const bytes = Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength);
  const split = splitRows(
    bytes,
    target.columns.map(({ type }) => type),
  );
  if (split.rest.length > 0) return [];
  return split.rows.map((row: SplitRow) => ({ bytes: row.bytes, place: read(row) }));
}

/** Which of these are in the raw table, each as `placeKey` writes it. */
async function arrivedPlaces(store: StoreConnection, rows: readonly Row[]): Promise<Set<string>> {
  const arrived = new Set<string>();
  const byWorkspace = new Map<string, RowPlace[]>();
  for (const { place } of rows) {
    const places = byWorkspace.get(place.workspaceId) ?? [];
    byWorkspace.set(place.workspaceId, places);
    places.push(place);
  }
  for (const [workspaceId, places] of byWorkspace) {
    const days = places.map(({ day }) => day).sort((a, b) => a - b);
    const [first, last] = [isoDay(days[0] as number), isoDay(days.at(-1) as number)]; // there is one place at least
    for (const place of await placesInRaw(store, workspaceId, places, first, last)) arrived.add(placeKey(place));
  }
  return arrived;
}

function keyOf(workspaceId: string, queueId: string): string {
  return `${queueId} ${workspaceId}`;
}

function placeKey({ workspaceId, queueId, seq }: Pick<RowPlace, 'workspaceId' | 'queueId' | 'seq'>): string {
  return `${seq} ${queueId} ${workspaceId}`;
}
