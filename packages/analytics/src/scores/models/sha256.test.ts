import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256 } from './sha256.js';
import { utf8Bytes } from './utf8-bytes.js';

it('gives what the built-in one gives, at every length around a block', () => {
  for (let length = 0; length < 200; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 37) & 255);
    expect(sha256(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
  }
});

it('writes each code point, and half of a pair, in UTF-8 as the platform does', () => {
  for (let first = 0; first < 0x110000; first += 0x400) {
    const text = Array.from({ length: 0x400 }, (_, at) => String.fromCodePoint(first + at)).join('-');
    expect(Buffer.from(utf8Bytes(text)).equals(Buffer.from(new TextEncoder().encode(text)))).toBe(true);
  }
});
