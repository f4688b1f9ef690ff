import { createHash } from 'node:crypto';
import { UUID_PATTERN } from '@tidemark/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { uuidV8 } from './uuid-v8.js';

it('is a UUID of version 8 that keeps the other 122 bits', () => {
  expect(uuidV8(new Uint8Array(16))).toBe('00000000-0000-8000-8000-000000000000');
  expect(uuidV8(new Uint8Array(32).fill(0xff))).toBe('ffffffff-ffff-8fff-bfff-ffffffffffff');
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 32 }), (hash) => {
      const before = [...hash];
      expect(uuidV8(hash)).toMatch(new RegExp(UUID_PATTERN));
      expect([...hash]).toEqual(before);
    }),
  );
});

it('is the same everywhere: a changed id would import the same visitor twice', () => {
  expect(uuidV8(createHash('sha256').update('203.0.113.7\0curl/8.0').digest())).toMatchInlineSnapshot(
    `"8666d906-28a1-8ca7-a6cd-95cc455dd271"`,
  );
});

it('refuses a hash that is too short', () => {
  expect(() => uuidV8(new Uint8Array(15))).toThrow(RangeError);
});
