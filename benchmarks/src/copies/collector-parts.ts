/*
 * The collector's own parts, as built. They are no export of the package, so what is used of them is written down here.
 */

interface QueueClaim {
  confirm(): void;
}

export interface SeenEvents {
  claim(
    queue: { readonly workspaceId: string; readonly queueId: string; readonly permanent: boolean },
    seqs: readonly number[],
  ): QueueClaim;
  queues(): number;
}

interface IdClaim extends QueueClaim {
  readonly verdicts: readonly string[];
  readonly newIds: readonly string[];
}

export interface SeenEventIds {
  claim(workspaceId: string, eventIds: readonly string[]): Promise<IdClaim>;
  persist(notes: readonly object[]): Promise<void>;
  figures(): { readonly ids: number; readonly recentIds: number; readonly runs: number; readonly indexBytes: number };
  settled(): Promise<void>;
  close(): Promise<void>;
}

interface Parts {
  createSeenEvents(options: object): SeenEvents;
  openSeenEventIds(options: object): Promise<SeenEventIds>;
  openJournal(directory: string, name: string, fileSystem: unknown): Promise<object>;
  readonly nodeFileSystem: unknown;
}

export async function loadParts(): Promise<Parts> {
  const load = (path: string): Promise<unknown> =>
    import(new URL(`../../../packages/collector/dist/${path}`, import.meta.url).href);
  const loaded = await Promise.all(
    ['ingest/seen-events.js', 'ingest/seen-event-ids.js', 'wal/open-journal.js', 'disk/file-system.js'].map(load),
  );
  return Object.assign({}, ...(loaded as object[])) as Parts; // the files named, as declared above
}
