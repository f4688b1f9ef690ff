import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_HEADER_BYTES, frameHeader, scanFrames } from './frame.js';

const SALT = 0x5eed_1234;
const frame = (payload: Uint8Array, salt = SALT) => Buffer.concat([frameHeader([payload], salt), payload]);
const payloads = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 });
const lists = (found: readonly Uint8Array[]) => found.map((payload) => [...payload]);

describe('frames', () => {
  it('come back as they were written, in one piece or in parts', () => {
    fc.assert(
      fc.property(fc.array(payloads), (commits) => {
        const bytes = Buffer.concat(commits.flatMap((parts) => [frameHeader(parts, SALT), ...parts]));
        const scan = scanFrames(bytes, 0, SALT);
        expect(lists(scan.payloads)).toEqual(commits.map((parts) => [...Buffer.concat(parts)]));
        expect(scan).toMatchObject({ damagedBytes: 0, goodEnd: bytes.length, gaps: 0 });
      }),
    );
  });

  it('are found again behind any damage, and nothing that was not written is ever found', () => {
    fc.assert(
      fc.property(payloads, payloads, fc.uint8Array({ minLength: 1, maxLength: 50 }), (before, after, garbage) => {
        const head = Buffer.concat(before.map((payload) => frame(payload)));
        const tail = Buffer.concat(after.map((payload) => frame(payload)));
        const scan = scanFrames(Buffer.concat([head, garbage, tail]), 0, SALT);
        expect(lists(scan.payloads)).toEqual(lists([...before, ...after]));
        expect(scan.damagedBytes).toBe(garbage.length);
        expect(scan.gaps).toBe(after.length > 0 ? 1 : 0);
      }),
    );
  });

  it('that a client put into its bytes are never taken for ours, even when the frame around them is damaged', () => {
    const forged = frame(Buffer.from('forged'), 0);
    const outer = frame(Buffer.concat([Buffer.from('x'.repeat(20)), forged, forged]));
    const good = frame(Buffer.from('good'));
    const whole = scanFrames(Buffer.concat([outer, good]), 0, SALT);
    expect(whole.payloads).toHaveLength(2);
    outer.writeUInt8(outer.readUInt8(FRAME_HEADER_BYTES) ^ 1, FRAME_HEADER_BYTES);
    const damaged = scanFrames(Buffer.concat([outer, good]), 0, SALT);
    expect(damaged.payloads.map(String)).toEqual(['good']);
    // The salt is what does it: under the client's own the forgery would pass.
    expect(scanFrames(outer, 0, 0).payloads.map(String)).toEqual(['forged', 'forged']);
  });

  it('survive random bytes', () => {
    const magic = Buffer.from('TFM1');
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 20 }),
      fc.constant(magic),
      fc.constant(frame(Buffer.from('other'), 7)),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const bytes = Buffer.concat(parts);
        expect(scanFrames(bytes, 0, SALT)).toMatchObject({ payloads: [], damagedBytes: bytes.length, goodEnd: 0 });
      }),
    );
  });

  it('is never written longer than a reader would believe', () => {
    const part = Buffer.alloc(129 * 1_048_576);
    expect(() => frameHeader([part, part], 1)).toThrow(/a frame holds 268435456 bytes/);
  });
});
