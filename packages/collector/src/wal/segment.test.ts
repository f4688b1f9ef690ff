import { describe, expect, it } from 'vitest';
import { frameHeader } from './frame.js';
import { encodeRecord } from './record.js';
import { readSegment, type SegmentContent, segmentFileName, segmentHeader, segmentNumber } from './segment.js';

const SALT = 0x0bad_cafe;
const LAYOUT = '[{"table":"events"}]';
const words = ['first', 'second', 'third'];
const frames = words.map((word) => {
  const parts = encodeRecord({ stream: 0, rowCount: 1, note: Buffer.from(`note of ${word}`), rows: Buffer.from(word) });
  return Buffer.concat([frameHeader(parts, SALT), ...parts]);
});
const header = segmentHeader(LAYOUT, SALT);
const segment = Buffer.concat([header, ...frames]);
/** Where each frame ends, the header's end first. */
const ends = [header.length];
for (const frame of frames) ends.push(Number(ends.at(-1)) + frame.length);

const wordsOf = (content: SegmentContent) => content.records.map((record) => Buffer.from(record.rows).toString());
const tryRead = (bytes: Buffer) => {
  try {
    return readSegment(bytes);
  } catch (error) {
    expect(error).toMatchObject({ code: 'segment_unreadable' });
    return undefined;
  }
};

describe('a segment', () => {
  it('comes back with its layout and its records', () => {
    const content = readSegment(segment);
    expect(content).toMatchObject({ layout: LAYOUT, damagedBytes: 0, gaps: 0, goodEnd: segment.length });
    expect(wordsOf(content)).toEqual(words);
  });

  it('that is cut anywhere holds exactly the frames before the cut', () => {
    for (let length = 0; length < segment.length; length++) {
      const content = tryRead(segment.subarray(0, length));
      if (length < header.length) {
        expect(content, `cut at ${length}`).toBeUndefined();
        continue;
      }
      const whole = ends.filter((end) => end <= length);
      expect(content && wordsOf(content), `cut at ${length}`).toEqual(words.slice(0, whole.length - 1));
      expect(content?.goodEnd).toBe(whole.at(-1));
      expect(content?.damagedBytes).toBe(length - Number(whole.at(-1)));
    }
  });

  it('with any one bit flipped loses at most the frame it is in, and says so', () => {
    for (let bit = 0; bit < segment.length * 8; bit++) {
      const damaged = Buffer.from(segment);
      const at = bit >> 3;
      damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << (bit & 7)), at);
      const content = tryRead(damaged);
      if (at < header.length) {
        expect(content, `bit ${bit} of the header`).toBeUndefined();
        continue;
      }
      const hit = ends.findIndex((end) => at < end) - 1;
      expect(content && wordsOf(content), `bit ${bit}`).toEqual(words.filter((_, index) => index !== hit));
      expect(content?.damagedBytes).toBe(frames[hit]?.length);
      expect(content?.gaps).toBe(hit === words.length - 1 ? 0 : 1);
    }
  });

  it('is known by its file name, and other files are not', () => {
    expect(segmentNumber(segmentFileName(7))).toBe(7);
    for (const name of ['7.wal', '000000000007.wal.damaged', 'seen.journal', 'x000000000007.wal', '']) {
      expect(segmentNumber(name)).toBeUndefined();
    }
  });
});
