import type { FileSystem } from '../../disk/file-system.js';
import type { FlagRow } from '../../store/tables/flags.js';
import { openJournal } from '../../wal/open-journal.js';
import type { BookState, FlagBook } from './flag-book.js';

/** What lies in the journal: where the book stood, and the flags that changed up to there. */
interface Entry {
  readonly state: BookState;
  readonly rows: readonly FlagRow[];
}

/** Flags beside the WAL: on disk before anybody is told of them. */
export interface FlagLog {
  /** Where the book stood, and every flag as it was last written, oldest change first. */
  readonly found: Entry | undefined;
  readonly damagedBytes: number;
  /** Resolves when they can be lost no more. */
  append(book: FlagBook, rows: readonly FlagRow[]): Promise<void>;
  /** Nothing of former states is left. */
  compact(book: FlagBook): Promise<void>;
  close(): Promise<void>;
}

const COMPACT_BYTES = 8 * 1_048_576;
const ROWS_AN_ENTRY = 500;

export async function openFlagLog(directory: string, fileSystem: FileSystem): Promise<FlagLog> {
  const journal = await openJournal(directory, 'flags.journal', fileSystem);
  const entries = journal.takeEntries().map((entry) => JSON.parse(entry.toString('utf8')) as Entry); // ours, checksummed
  const rows = new Map<string, FlagRow>();
  for (const row of entries.flatMap((entry) => entry.rows)) {
    const key = `${row.workspaceId}|${row.flag.flagId}`;
    rows.delete(key);
    rows.set(key, row);
  }
  const state = entries.at(-1)?.state;
  let compactAt = COMPACT_BYTES;

  function write(book: FlagBook, changed: readonly FlagRow[]): Buffer {
    return Buffer.from(JSON.stringify({ state: book.state(), rows: changed } satisfies Entry));
  }

  async function compact(book: FlagBook): Promise<void> {
    const all = book.rows();
    const parts = Array.from({ length: Math.max(1, Math.ceil(all.length / ROWS_AN_ENTRY)) }, (_, i) =>
      write(book, all.slice(i * ROWS_AN_ENTRY, (i + 1) * ROWS_AN_ENTRY)),
    );
    await journal.compact(parts);
    compactAt = Math.max(COMPACT_BYTES, 2 * journal.sizeBytes());
  }

  return {
    found: state && { state, rows: [...rows.values()] },
    damagedBytes: journal.damagedBytes,
    async append(book, changed) {
      if (journal.sizeBytes() > compactAt) await compact(book);
      else await journal.append(write(book, changed));
    },
    compact,
    close: () => journal.close(),
  };
}
