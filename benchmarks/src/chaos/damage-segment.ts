import { join } from 'node:path';
import { integerBetween, type Random } from '../load/random.js';
import { type DiskImage, memoryDisk } from './memory-disk.js';
import { framePlaces } from './wal-frames.js';
import { openTestWal, rowRecord, segmentsAfterStart, WAL_DIRECTORY } from './wal-in-process.js';

export interface SegmentDamage {
  readonly cuts: number;
  readonly flips: number;
  readonly failedStarts: number;
  readonly keptAside: number;
  /** Rows written before any damage, once for each start. */
  readonly acked: number;
  /** Rows of undamaged frames that a start did not bring back. */
  readonly lost: number;
  /** Rows that a start brought twice, or that were never written. */
  readonly duplicated: number;
}

const FRAMES = 6;
const CUT_FRAMES = 3;

/** Cuts a small segment at every byte of its last frames, flips every bit of it, and starts the WAL on each. */
export async function damageSegment(random: Random): Promise<SegmentDamage> {
  const { rows, path, bytes } = await writeFrames(random);
  const places = framePlaces(bytes);
  if (places.length !== rows.length) throw new Error(`${rows.length} frames were written, ${places.length} are there`);
  const written = new Set(rows.flat());
  const tally = { cuts: 0, flips: 0, failedStarts: 0, keptAside: 0, acked: 0, lost: 0, duplicated: 0 };

  /** @param isGood - whether the frame between these bytes is untouched. */
  async function startOn(damaged: Buffer, isGood: (start: number, end: number) => boolean): Promise<void> {
    const disk = memoryDisk(new Map([[path, damaged]]));
    const expected = rows.filter((_, at) => isGood(places[at]?.start ?? 0, places[at]?.end ?? 0)).flat();
    tally.acked += expected.length;
    const found = await segmentsAfterStart(disk).then(
      (segments) => segments.flat(),
      () => undefined,
    );
    if (!found) tally.failedStarts++;
    const there = new Set(found);
    const missing = expected.filter((row) => !there.has(row)).length;
    // Nothing of it was thrown away: a person can read it.
    const isKeptWhole = disk.images().every((image: DiskImage) => image.get(`${path}.damaged`)?.equals(damaged));
    if (missing > 0 && missing === expected.length && isKeptWhole) tally.keptAside++;
    else tally.lost += missing;
    tally.duplicated += (found?.length ?? 0) - there.size + [...there].filter((row) => !written.has(row)).length;
  }

  const lastFrames = places[places.length - CUT_FRAMES]?.start ?? 0;
  for (let length = lastFrames; length < bytes.length; length++) {
    tally.cuts++;
    await startOn(bytes.subarray(0, length), (_, end) => end <= length);
  }
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    tally.flips++;
    const at = bit >> 3;
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7));
    await startOn(flipped, (start, end) => at < start || at >= end);
  }
  return tally;
}

/** One segment, with the rows of each of its frames. */
async function writeFrames(random: Random) {
  const disk = memoryDisk();
  const wal = await openTestWal(disk);
  const rows = Array.from({ length: FRAMES }, (_, frame) =>
    Array.from(
      { length: integerBetween(random, 1, 3) },
      (_row, at) => `${frame}.${at} ${'x'.repeat(integerBetween(random, 0, 20))}`,
    ),
  );
  for (const frame of rows) await wal.append(frame.map(rowRecord));
  await wal.close();
  const [name = ''] = await disk.list(WAL_DIRECTORY);
  const path = join(WAL_DIRECTORY, name);
  return { rows, path, bytes: await disk.read(path) };
}
