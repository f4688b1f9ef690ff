import { openJournal } from '../../../packages/collector/dist/wal/open-journal.js';
import { integerBetween, type Random } from '../load/random.js';
import { type FailingFileSystem, type Fault, failFiles } from './failing-file-system.js';
import { memoryDisk } from './memory-disk.js';
import { openTestWal, rowRecord, rowsOf, segmentsAfterStart, WAL_DIRECTORY } from './wal-in-process.js';

export interface PlayedFailures {
  readonly acked: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly counts: FailingFileSystem['counts'];
  readonly failures: number;
}

const COMMITS = 9;
const SEGMENT_ROWS = 5;
/** Far more than any fault of these lasts: who needs more is stuck. */
const ATTEMPTS = 30;

/**
 * Appends, loads and removes as ingest and the loader do, on a file system that fails as told. A row that is refused is
 * sent again until it is acknowledged. After each acknowledgement, and after each refusal, the process may die: what the next start
 * would load is looked at, with what the store has.
 *
 * @throws when a row is never taken, or no start succeeds.
 */
export async function playFailures(random: Random, faults: readonly Fault[]): Promise<PlayedFailures> {
  const disk = memoryDisk();
  const fileSystem = failFiles(disk, faults);
  const acknowledged = new Set<string>();
  const store = createTokenStore();
  let lost = 0;
  let duplicated = 0;

  /** As if the process, or the power, ended here. */
  async function lookAfterDeath(): Promise<void> {
    for (const image of disk.images()) {
      const found = memoryDisk(image);
      await (await openJournal(WAL_DIRECTORY, 'seen.journal', found)).close();
      const next = store.copy();
      for (const rows of await segmentsAfterStart(found)) next.load(rows);
      const copies = new Map<string, number>();
      for (const row of next.rows()) copies.set(row, (copies.get(row) ?? 0) + 1);
      lost += [...acknowledged].filter((row) => !copies.has(row)).length;
      duplicated += [...copies.values()].reduce((sum, count) => sum + count - 1, 0);
    }
  }

  // A start on a disk that cannot sync fails, and whoever keeps the process starts it again.
  const wal = await untilItWorks(() => openTestWal(fileSystem, SEGMENT_ROWS));
  const journal = await untilItWorks(() => openJournal(WAL_DIRECTORY, 'seen.journal', fileSystem));

  /** One attempt of the loader at all that is sealed. */
  async function loadSealed(): Promise<void> {
    for (const segment of [...wal.sealed()]) {
      store.load(await rowsOf(wal, segment));
      await journal.append(Buffer.from(`${segment.number}`));
      if (journal.sizeBytes() > 60) await journal.compact([]);
      await wal.remove(segment);
    }
  }

  for (let commit = 0; commit < COMMITS; commit++) {
    const rows = Array.from({ length: integerBetween(random, 1, 3) }, (_, row) => `${commit}.${row}`);
    const loads = random() < 0.5;
    const seals = random() < 0.3;
    await untilItWorks(async () => {
      await wal.append(rows.map(rowRecord)).catch(async (error: unknown) => {
        await lookAfterDeath();
        throw error;
      });
    });
    for (const row of rows) acknowledged.add(row);
    await lookAfterDeath();
    if (seals) await wal.seal();
    if (loads) await loadSealed().catch(() => undefined); // it tries again later
  }
  await untilItWorks(async () => {
    await wal.seal();
    await loadSealed();
  });
  await lookAfterDeath();
  fileSystem.mend();
  await wal.close();
  await journal.close();
  return { acked: acknowledged.size, lost, duplicated, counts: fileSystem.counts, failures: fileSystem.failures() };
}

async function untilItWorks<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

interface TokenStore {
  /** The same rows again change nothing. */
  load(rows: readonly string[]): void;
  rows(): readonly string[];
  copy(): TokenStore;
}

function createTokenStore(loads: ReadonlyMap<string, readonly string[]> = new Map()): TokenStore {
  const known = new Map(loads);
  return {
    load: (rows) => void known.set(rows.join(), rows),
    rows: () => [...known.values()].flat(),
    copy: () => createTokenStore(known),
  };
}
