import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { openFile } from '../../disk/file-system.js';
import { writeWholeBy } from '../../disk/write-whole.js';
import { type BankPiece, type BankState, joinBank } from './detector-bank.js';
import { listRiskFiles, removeRiskFile } from './risk-segments.js';

/** What the detectors know, and up to where in the log they know it. */
export interface RiskSnapshot {
  /** Counts of `ordinal` are those of one life: it begins anew when the snapshot is lost. */
  readonly life: string;
  /** The file that is read next, and where in it. */
  readonly file: number;
  readonly offset: number;
  /** Events seen so far. */
  readonly ordinal: number;
  /** What was received before this moment is yet to be read from the store; without it all is known that can be. */
  readonly pastBeforeMs?: number;
  readonly bank: BankState;
}

const NAME = 'detectors.json';
const VERSION = 2;
/** Fifty megabytes at once would hold up the syncs of the WAL, which share the disk's journal. */
const SYNC_EVERY_BYTES = 4 * 1_048_576;

/** The first line of the file; then one for each piece, and how many there are. */
type Head = Omit<RiskSnapshot, 'bank'> & { readonly version: number };
type Tail = { readonly pieces: number };

/** @returns undefined when there is none, or none that can be read. */
export async function readRiskSnapshot(directory: string): Promise<RiskSnapshot | undefined> {
  try {
    return await readLines(join(directory, NAME));
  } catch {
    return undefined; // not there, or damaged by the disk: the store is asked what it stood for
  }
}

/**
 * The life as it was left; a new one where nothing tells of it, on disk before its first event, so that who reads again knows
 * that it does. A new one leaves to the store what was accepted before: what lies here of that is removed.
 */
export async function openRiskLife(directory: string, nowMs: number): Promise<RiskSnapshot> {
  const left = await readRiskSnapshot(directory);
  if (left) return left;
  const files = await listRiskFiles(directory);
  const file = files.at(-1) ?? 0;
  const snapshot = { life: randomUUID(), file, offset: 0, ordinal: 0, pastBeforeMs: nowMs };
  await writeRiskSnapshot(directory, snapshot, []);
  for (const one of files) await removeRiskFile(directory, one);
  return { ...snapshot, bank: {} };
}

/**
 * What a busy day leaves in the detectors would fill hundreds of megabytes if all of it were copied and put into one text; it
 * goes to the disk piece by piece.
 */
export async function writeRiskSnapshot(
  directory: string,
  snapshot: Omit<RiskSnapshot, 'bank'>,
  pieces: Iterable<BankPiece>,
): Promise<void> {
  await writeWholeBy(join(directory, NAME), async (file) => {
    let unsynced = 0;
    for (const line of linesOf({ version: VERSION, ...snapshot }, pieces)) {
      await file.append([Buffer.from(line)]);
      unsynced += line.length;
      if (unsynced < SYNC_EVERY_BYTES) continue;
      await file.sync();
      unsynced = 0;
    }
  });
}

function* linesOf(head: Head, pieces: Iterable<BankPiece>): Generator<string> {
  yield `${JSON.stringify(head)}\n`;
  let count = 0;
  for (const piece of pieces) {
    yield `${JSON.stringify(piece)}\n`;
    count++;
  }
  const tail: Tail = { pieces: count };
  yield `${JSON.stringify(tail)}\n`;
}

async function readLines(path: string): Promise<RiskSnapshot | undefined> {
  const { file } = await openFile(path);
  const pieces: BankPiece[] = [];
  let head: Head | undefined;
  let tail: Tail | undefined;
  for await (const line of file.readLines()) {
    const read = JSON.parse(line) as Head | BankPiece | Tail; // written above
    if ('version' in read) head = read;
    else if ('pieces' in read) tail = read;
    else pieces.push(read);
  }
  if (head?.version !== VERSION || tail?.pieces !== pieces.length) return undefined;
  const { version: _, ...rest } = head;
  return { ...rest, bank: joinBank(pieces) };
}
