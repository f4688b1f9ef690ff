import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { AppendFile, FileSystem } from '../disk/file-system.js';
import { TidemarkError } from '../observe/errors.js';
import { FRAME_HEADER_BYTES, frameHeader } from './frame.js';
import { encodeRecord, type WalRecord } from './record.js';
import { type Recovery, recoverSegments } from './recover-segments.js';
import { createRefusedTails } from './refused-tails.js';
import { readSegment, type Segment, type SegmentContent, segmentFileName, segmentHeader } from './segment.js';

export interface WalOptions {
  readonly directory: string;
  readonly fileSystem: FileSystem;
  /** Written into each new segment; says how its rows are loaded. */
  readonly layout: string;
  /** How long the first record of a commit waits for company. */
  readonly lingerMs: number;
  /** One commit takes no more than this, or a single append that is larger; the rest waits for the next. */
  readonly commitBytes: number;
  /** A segment is sealed when it holds this much. */
  readonly segmentRows: number;
  readonly segmentBytes: number;
  /** Sees each segment that an earlier process left behind. */
  readonly onRecovered: (content: SegmentContent) => void;
  /** Whoever reads along: told of a segment before its first record, and of each commit once it is durable. */
  readonly reader?: {
    created(segment: Segment): Promise<void>;
    durable(segment: Segment, bytes: number): void;
  };
}

/** A durable, ordered buffer between the answer to a client and the insert into the store. */
export interface Wal {
  readonly recovery: Recovery;
  /** Resolves when the records are on stable storage, together or not at all; rejects with `wal_write_failed`. */
  append(records: readonly WalRecord[]): Promise<void>;
  /** Resolves when everything appended before is durable. */
  barrier(): Promise<void>;
  /** Bytes appended and not yet durable: what the process would lose now. */
  pendingBytes(): number;
  /** Rows in the segment that is still being written. */
  openRows(): number;
  /** Ends the segment being written, if it has rows, so that it can be loaded. */
  seal(): Promise<void>;
  /** Segments ready to be loaded, oldest first. */
  sealed(): readonly Segment[];
  read(segment: Segment): Promise<SegmentContent>;
  /** Deletes a segment whose rows are durable elsewhere. */
  remove(segment: Segment): Promise<void>;
  /** Keeps a damaged segment for a person to look at, out of the way of the loader. */
  setAside(segment: Segment): Promise<void>;
  /** Makes durable what was appended and releases the files. */
  close(): Promise<void>;
}

interface OpenSegment {
  readonly segment: Segment;
  readonly file: AppendFile;
  readonly salt: number;
  durableBytes: number;
  rows: number;
}

interface Waiting {
  readonly parts: Uint8Array[];
  readonly bytes: number;
  readonly rows: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Opens the WAL in a directory that this process owns, whatever a crash left in it. */
export async function openWal(options: WalOptions): Promise<Wal> {
  const { directory, fileSystem } = options;
  await fileSystem.makeDirectory(directory);
  const recovery = await recoverSegments(directory, fileSystem, options.onRecovered);
  const sealed: Segment[] = [...recovery.segments];
  let nextNumber = recovery.nextNumber;
  let current: OpenSegment | undefined;
  let waiting: Waiting[] = [];
  let waitingBytes = 0;
  /** The commit in progress; comes back with the fault that ended it, if one did. */
  let committing: Promise<TidemarkError | undefined> | undefined;
  let timer: NodeJS.Timeout | undefined;
  const refused = createRefusedTails(directory, fileSystem);
  let sealWanted = false;
  let closed = false;

  function append(records: readonly WalRecord[]): Promise<void> {
    if (closed) return Promise.reject(new TidemarkError('wal_closed', 'the collector is stopping; send again later'));
    const parts = records.flatMap(encodeRecord);
    const bytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
    const rows = records.reduce((sum, record) => sum + record.rowCount, 0);
    waitingBytes += bytes;
    return new Promise((resolve, reject) => {
      waiting.push({ parts, bytes, rows, resolve, reject });
      schedule();
    });
  }

  function schedule(): void {
    if (committing || timer || waiting.length === 0) return;
    timer = setTimeout(commitNow, options.lingerMs);
  }

  function commitNow(): void {
    clearTimeout(timer);
    timer = undefined;
    if (committing) return;
    committing = commitWaiting().finally(() => {
      committing = undefined;
      if (waiting.length > 0) commitNow(); // who waited through an fsync has lingered enough
    });
  }

  async function commitWaiting(): Promise<TidemarkError | undefined> {
    const batch = takeCommit();
    const bytes = batch.reduce((sum, entry) => sum + entry.bytes, 0);
    try {
      await refused.cutOff(); // what is sent again now could be what they hold
      current ??= await createSegment();
      const payload = batch.flatMap((entry) => entry.parts);
      await current.file.append([frameHeader(payload, current.salt), ...payload]);
      await current.file.sync();
      current.durableBytes += FRAME_HEADER_BYTES + bytes;
      current.rows += batch.reduce((sum, entry) => sum + entry.rows, 0);
    } catch (cause) {
      await abandonCurrent();
      const error = new TidemarkError('wal_write_failed', 'the disk did not take the write; is it full or failing?', {
        cause,
      });
      // Who came after fails as well: a barrier among them may stand for a record of this very commit.
      const behind = waiting;
      waiting = [];
      waitingBytes -= behind.reduce((sum, entry) => sum + entry.bytes, 0);
      for (const entry of [...batch, ...behind]) entry.reject(error);
      return error;
    } finally {
      waitingBytes -= bytes;
    }
    options.reader?.durable(current.segment, current.durableBytes);
    for (const entry of batch) entry.resolve();
    const full = current.rows >= options.segmentRows || current.durableBytes >= options.segmentBytes;
    if (full || sealWanted) await sealCurrent();
    return undefined;
  }

  /** The oldest that fit into one frame; the rest waits for the next. */
  function takeCommit(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const entry of waiting) {
      bytes += entry.bytes;
      if (count > 0 && bytes > options.commitBytes) break;
      count++;
    }
    const taken = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return taken;
  }

  async function createSegment(): Promise<OpenSegment> {
    const number = nextNumber++;
    const segment = { number, path: join(directory, segmentFileName(number)) };
    const salt = randomBytes(4).readUInt32LE(0);
    const header = segmentHeader(options.layout, salt);
    const file = await fileSystem.create(segment.path);
    try {
      await file.append([header]);
      await options.reader?.created(segment);
      await fileSystem.syncDirectory(directory);
    } catch (error) {
      await discard(segment, file);
      throw error;
    }
    return { segment, file, salt, durableBytes: header.length, rows: 0 };
  }

  async function sealCurrent(): Promise<void> {
    const ended = current;
    if (!ended) return;
    current = undefined;
    sealWanted = false;
    sealed.push(ended.segment);
    await ended.file.close().catch(() => undefined); // its rows were synced: a failing close takes nothing back
  }

  /** After a failed write or fsync the descriptor is never used again: the kernel may have dropped the pages. */
  async function abandonCurrent(): Promise<void> {
    const broken = current;
    if (!broken) return;
    current = undefined;
    sealWanted = false;
    if (broken.rows === 0) return discard(broken.segment, broken.file);
    await broken.file.close().catch(() => undefined);
    refused.add(broken.segment.path, broken.durableBytes);
    await refused.cutOff().catch(() => undefined); // tried again before the next commit
    sealed.push(broken.segment);
  }

  /** Nothing in it was acknowledged. */
  async function discard(segment: Segment, file: AppendFile): Promise<void> {
    await file.close().catch(() => undefined);
    refused.add(segment.path, 0);
    await refused.cutOff().catch(() => undefined); // tried again before the next commit
  }

  function forget(segment: Segment): void {
    const index = sealed.indexOf(segment);
    if (index !== -1) sealed.splice(index, 1);
  }

  async function settle(): Promise<void> {
    while (committing || waiting.length > 0) {
      if (!committing) commitNow();
      await committing;
    }
  }

  return {
    recovery,
    append,
    async barrier() {
      // Both: what was appended before may be in the commit under way as well as in the next one.
      const [fault] = await Promise.all([committing, waiting.length > 0 ? append([]) : undefined]);
      if (fault) throw fault;
    },
    pendingBytes: () => waitingBytes,
    openRows: () => current?.rows ?? 0,
    async seal() {
      sealWanted = true; // honoured at the end of a commit: waiting for a pause could take for ever under load
      while (sealWanted && committing) await committing;
      sealWanted = false;
      if (!committing && current && current.rows > 0) await sealCurrent();
    },
    sealed: () => sealed,
    async read(segment) {
      await refused.cutOff(segment.path); // with a tail that comes back it would be another load
      return readSegment(await fileSystem.read(segment.path));
    },
    async remove(segment) {
      await fileSystem.remove(segment.path);
      forget(segment);
    },
    async setAside(segment) {
      await fileSystem.rename(segment.path, `${segment.path}.damaged`);
      forget(segment);
    },
    async close() {
      closed = true;
      await settle();
      if (current && current.rows > 0) await sealCurrent();
      else await current?.file.close();
    },
  };
}
