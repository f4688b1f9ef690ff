import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UUID_PATTERN } from './ids.js';
import { timeOfUuidV7, uuidV7 } from './uuid-v7.js';

const timeMs = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const random = fc.uint8Array({ minLength: 10, maxLength: 16 });

describe('uuidV7', () => {
  it('writes the example of RFC 9562, appendix A.6', () => {
    const bytes = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f]);
    expect(uuidV7(0x017f22e279b0, bytes)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });

  it('holds the time, the version, the variant and the random bits where RFC 9562 puts them', () => {
    fc.assert(
      fc.property(timeMs, random, (time, bytes) => {
        const id = uuidV7(time, bytes);
        expect(id).toMatch(new RegExp(UUID_PATTERN));
        const octets = Buffer.from(id.replaceAll('-', ''), 'hex');
        expect(octets.readUIntBE(0, 6)).toBe(time);
        expect(timeOfUuidV7(id)).toBe(time);
        expect(octets.readUInt8(6) >> 4).toBe(7);
        expect(octets.readUInt8(8) >> 6).toBe(0b10);
        const kept = Buffer.from(octets.subarray(6));
        kept.writeUInt8((kept.readUInt8(0) & 0x0f) | (Number(bytes[0]) & 0xf0), 0);
        kept.writeUInt8((kept.readUInt8(2) & 0x3f) | (Number(bytes[2]) & 0xc0), 2);
        expect([...kept]).toEqual([...bytes.subarray(0, 10)]);
      }),
    );
  });

  it('sorts by time as text', () => {
    fc.assert(
      fc.property(timeMs, timeMs, random, random, (a, b, left, right) => {
        fc.pre(a < b);
        expect(uuidV7(a, left) < uuidV7(b, right)).toBe(true);
      }),
    );
  });

  it.each([-1, 2 ** 48, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses the time %s', (time) => {
    expect(() => uuidV7(time, new Uint8Array(10))).toThrow(RangeError);
  });

  it('refuses fewer than ten random bytes', () => {
    expect(() => uuidV7(0, new Uint8Array(9))).toThrow(RangeError);
  });
});
