import { setImmediate as breathe } from 'node:timers/promises';
import type { CandidateFlag } from '@tidemark/analytics/anomalies';
import type { StorePlace } from '../../store/connect.js';
import type { RowLayout } from '../../store/tables/column.js';
import { scanFrames } from '../../wal/frame.js';
import { decodeRecords } from '../../wal/record.js';
import { readSegmentHead } from '../../wal/segment.js';
import {
  createDetectorBank,
  type DetectorBank,
  joinBank,
  type ReportingLimits,
  withoutEntity,
} from './detector-bank.js';
import { createCopiesRows, createRefusedRows } from './left-out-rows.js';
import type { PastFigures, ReadPast } from './read-past.js';
import { createReadRiskRow, createRiskRows, type RiskRow } from './risk-rows.js';
import { createRiskReader, isRiskFileDone, listRiskFiles, type RiskTarget, removeRiskFile } from './risk-segments.js';
import { openRiskLife, writeRiskSnapshot } from './risk-snapshot.js';

/** A candidate, and the event at which it was found. */
export interface FoundFlag extends Omit<RiskRow, 'event'> {
  /** Which event of this life it was; the same whenever the log is read again. None where it was found by the clock. */
  readonly ordinal?: number;
  readonly flag: CandidateFlag;
}

export interface DetectorFigures {
  readonly events: number;
  /** Bytes of the log that were no good frame. */
  readonly damagedBytes: number;
  readonly evicted: number;
  /** Views of pages that are not watched. */
  readonly unwatched: number;
}

export interface RunDetectorsOptions {
  readonly directory: string;
  readonly limits: ReportingLimits;
  /** Resolves when the candidates of an event, and all before it, can be lost no more. */
  readonly deliver: (life: string, found: readonly FoundFlag[]) => Promise<void>;
  readonly now: () => number;
  /** The time of day; `now` counts up whatever it is. */
  readonly clock: () => number;
  readonly readPast: ReadPast;
  readonly onFault: (fault: string) => void;
}

/** Reads the log of events along and shows each to the detectors, once, in its order. */
export interface RunningDetectors {
  /** So much of the log is durable. */
  advance(target: RiskTarget): void;
  /**
   * The collector takes events: to be said once a minute as long as it does, so that it is noticed when none come.
   *
   * @param refused - workspaces of which it takes none.
   */
  listening(refused?: readonly string[]): void;
  /** Other limits than before, for what is looked at from here on. */
  limit(limits: ReportingLimits): void;
  /**
   * Has the detectors of a new life know what was accepted before it: none of that is found again. Until then, or until they are to
   * go on without, they look at nothing; what they looked at without is looked at anew, and told once.
   *
   * @returns undefined when there was nothing to learn.
   */
  learn(past: StorePlace): Promise<PastFigures | undefined>;
  /** Nobody can tell of the past for now: they begin with nothing. */
  goOn(): void;
  /** Resolves when all that was durable by now is looked at; rejects when the log could not be read or a flag not be kept. */
  settled(): Promise<DetectorFigures>;
  /** Forgets an entity, everywhere on disk, too; of what was durable before. */
  forget(workspaceId: string, forms: readonly string[]): Promise<void>;
  /** Remembers all, and ends. */
  stop(): Promise<void>;
}

/** As long as reading the events again takes a few seconds; saving costs a second for a hundred thousand entities. */
export const SNAPSHOT_EVERY_MS = 300_000;
/** So much of the log may be kept for reading again. */
export const SNAPSHOT_EVERY_BYTES = 512 * 1_048_576;
const HEAD_BYTES = 65_536;

interface Head {
  readonly file: number;
  readonly salt: number;
  readonly start: number;
  /** Readers of rows, by stream; none for a stream of a table that is not known. */
  readonly rowsOf: readonly (((bytes: Buffer) => RiskRow[]) | undefined)[];
}

export async function runDetectors(options: RunDetectorsOptions): Promise<RunningDetectors> {
  const { directory, now } = options;
  const reader = createRiskReader(directory);
  const readRow = createReadRiskRow();
  const begun = await openRiskLife(directory, Date.now());
  const { life } = begun;
  let { file, offset, ordinal, pastBeforeMs } = begun;
  let isHeld = pastBeforeMs !== undefined;
  const released = createGate();
  const settledPast = createGate();
  let { limits } = options;
  let bank: DetectorBank = createDetectorBank(begun.bank, () => limits);
  let target: RiskTarget = { file: Math.max(file, ((await listRiskFiles(directory)).at(-1) ?? -1) + 1), bytes: 0 };
  let head: Head | undefined;
  let savedAt = now();
  let unsavedBytes = 0;
  let events = 0;
  let damagedBytes = 0;
  let tail: Promise<void> = Promise.resolve();
  let isQueued = false;
  /** What is not looked at yet is there at the next start. */
  let isStopping = false;
  /** A flag was found and not kept: what is known by now must not be saved, so that the next process finds it again. */
  let lostHold = false;

  /** One thing at a time. */
  function enqueue(work: () => Promise<void>): Promise<void> {
    const done = tail.then(work);
    tail = done.catch(() => undefined);
    return done;
  }

  function openHead(): Head | undefined {
    if (head?.file === file) return head;
    const bytes = reader.read(file, 0, HEAD_BYTES);
    try {
      const { layout, salt, start } = readSegmentHead(bytes);
      const layouts = JSON.parse(layout) as readonly RowLayout[]; // the collector's own, checksummed
      const rowsOf = layouts.map((one) => {
        if (one.table === 'events') return createRiskRows(one, readRow);
        if (one.table === 'rejected') return createRefusedRows(one);
        return one.table === 'copies' ? createCopiesRows(one) : undefined;
      });
      head = { file, salt, start, rowsOf };
    } catch {
      head = undefined; // nothing was acknowledged of a segment without a head
    }
    return head;
  }

  /** @returns false when there is nothing more for now. */
  async function readOn(): Promise<boolean> {
    const goal = target;
    if (isHeld || lostHold || file > goal.file || (file === goal.file && offset >= goal.bytes)) return false;
    const opened = openHead();
    if (opened) {
      offset = Math.max(offset, opened.start);
      const bytes = reader.read(file, offset, file === goal.file ? goal.bytes : undefined);
      const { payloads, damagedBytes: damaged } = scanFrames(bytes, 0, opened.salt);
      offset += bytes.length; // before the first look: no event is shown twice
      unsavedBytes += bytes.length;
      damagedBytes += damaged;
      for (const payload of payloads) {
        await look(payload, opened);
        await breathe();
      }
    }
    if (file === goal.file) return opened !== undefined;
    file = (await listRiskFiles(directory)).find((one) => one > file) ?? goal.file;
    offset = 0;
    return true;
  }

  async function look(payload: Buffer, { rowsOf }: Head): Promise<void> {
    const found: FoundFlag[] = [];
    for (const { stream, rows } of decodeRecords(payload)) {
      const bytes = Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength);
      for (const { event, workspaceId, eventId, surface, receivedAtMs } of rowsOf[stream]?.(bytes) ?? []) {
        ordinal++;
        events++;
        for (const flag of bank.observe(workspaceId, event)) {
          found.push({ workspaceId, eventId, surface, receivedAtMs, ordinal, flag });
        }
      }
    }
    await told(found);
  }

  async function told(found: readonly FoundFlag[]): Promise<void> {
    if (found.length === 0) return;
    await options.deliver(life, found).catch((error: unknown) => {
      lostHold = true;
      throw error;
    });
  }

  /** By the time at which all is read, and not when it was said: what waited to be read is nobody's silence. */
  async function lookAtClock(refused: readonly string[] | undefined): Promise<void> {
    await run();
    if (isStopping || isHeld || lostHold || pastBeforeMs !== undefined) return;
    const receivedAtMs = options.clock();
    const found = bank.tick(receivedAtMs, refused);
    if (found.length === 0) return;
    await told(found.map((one) => ({ ...one, eventId: '', surface: '', receivedAtMs })));
    await save(); // no event of the log would have it found again, and known as told
  }

  async function run(): Promise<void> {
    isQueued = false;
    while (!isStopping && (await readOn())) {
      if (pastBeforeMs !== undefined && unsavedBytes >= SNAPSHOT_EVERY_BYTES) giveUpPast();
      if (now() - savedAt >= SNAPSHOT_EVERY_MS || unsavedBytes >= SNAPSHOT_EVERY_BYTES) await save();
    }
  }

  /** While the past is unknown all stays as it began: what was read since is read again. */
  async function save(): Promise<void> {
    if (lostHold || pastBeforeMs !== undefined) return;
    // A file that has no other name is loaded: nothing will be added to it.
    if (await isRiskFileDone(directory, file, offset)) [file, offset] = [file + 1, 0];
    await writeRiskSnapshot(directory, { life, file, offset, ordinal }, bank.pieces());
    savedAt = now();
    unsavedBytes = 0;
    reader.close();
    for (const one of await listRiskFiles(directory)) if (one < file) await removeRiskFile(directory, one);
  }

  function readAlong(): Promise<void> {
    if (isQueued) return tail;
    isQueued = true;
    const done = enqueue(run);
    done.catch((error: unknown) => options.onFault(String(error))); // the next commit tries again
    return done;
  }

  function goOn(): void {
    isHeld = false;
    released.open();
    void readAlong();
  }

  /** The store has been away for so long that there is no room for what would be read again. */
  function giveUpPast(): void {
    pastBeforeMs = undefined;
    settledPast.open();
    options.onFault('the past was not to be had from the store; the detectors go on without it for good');
  }

  if (!isHeld) {
    settledPast.open();
    goOn();
  }
  return {
    goOn,
    async learn(past) {
      if (pastBeforeMs === undefined) return undefined;
      const learnt = createDetectorBank({}, () => limits);
      const figures = await options.readPast(past, pastBeforeMs, (row) => learnt.observe(row.workspaceId, row.event));
      await enqueue(async () => {
        if (pastBeforeMs === undefined || isStopping) return; // given up meanwhile
        bank = learnt;
        [file, offset, ordinal, pastBeforeMs] = [begun.file, begun.offset, begun.ordinal, undefined];
        await save();
        settledPast.open();
      });
      goOn();
      return figures;
    },
    advance(next) {
      target = next;
      void readAlong();
    },
    listening(refused) {
      enqueue(() => lookAtClock(refused)).catch((error: unknown) => options.onFault(String(error)));
    },
    limit(next) {
      limits = next;
    },
    async settled() {
      await released.passed;
      await readAlong();
      return { events, damagedBytes, evicted: bank.evicted(), unwatched: bank.unwatched() };
    },
    async forget(workspaceId, forms) {
      await settledPast.passed; // what is to be read again tells of the entity until then
      await readAlong();
      await enqueue(async () => {
        bank = createDetectorBank(withoutEntity(joinBank([...bank.pieces()]), workspaceId, forms), () => limits);
        await save();
      });
    },
    async stop() {
      isStopping = true;
      released.open();
      settledPast.open();
      await tail;
      await enqueue(save).finally(reader.close);
    },
  };
}

/** Closed until it is opened, once. */
function createGate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open: () => open() };
}
