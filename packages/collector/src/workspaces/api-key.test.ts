import { keyKind } from '@tidemark/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createApiKey, hashApiKey, isWellFormedKey, keyIdOf } from './api-key.js';

describe('API keys', () => {
  it.each(['write', 'read', 'secret'] as const)('of kind %s say so, and are never the same twice', (kind) => {
    const keys = new Set(Array.from({ length: 50 }, () => createApiKey(kind)));
    expect(keys.size).toBe(50);
    for (const key of keys) expect(key).toMatch(/^tm_[prs]k_[0-9a-f]{48}$/);
    for (const key of keys) expect(keyKind(key)).toBe(kind);
    for (const key of keys) expect(isWellFormedKey(key)).toBe(true);
  });

  it('are kept as SHA-256, and called by its beginning', () => {
    const hash = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'; // FIPS 180-2, B.1
    expect(hashApiKey('abc')).toBe(hash);
    expect(keyIdOf(hash)).toBe('ba7816bf8f01cfea');
  });

  it('end in the CRC-32 of what stands before', () => {
    const text = `tm_pk_${'0123456789'.repeat(4)}`;
    expect(isWellFormedKey(`${text}70c8d20f`)).toBe(true); // Python's zlib.crc32
    expect(isWellFormedKey(`${text}70c8d20e`)).toBe(false);
  });

  it('are told from mistyped ones: any one character, any two neighbours', () => {
    const digit = fc.constantFrom(...'0123456789abcdef');
    fc.assert(
      fc.property(fc.nat({ max: 47 }), digit, (at, other) => {
        const key = createApiKey('secret');
        const place = 'tm_sk_'.length + at;
        const mistyped = key.slice(0, place) + other + key.slice(place + 1);
        expect(isWellFormedKey(mistyped)).toBe(mistyped === key);
        const swapped =
          key.slice(0, place) +
          key
            .slice(place, place + 2)
            .split('')
            .reverse()
            .join('') +
          key.slice(place + 2);
        expect(isWellFormedKey(swapped)).toBe(swapped === key);
      }),
    );
  });

  it('of earlier releases, without a checksum, are still keys', () => {
    expect(isWellFormedKey(`tm_sk_${'0'.repeat(40)}`)).toBe(true);
  });

  it.each([
    '',
    'tm_pk_',
    'nonsense',
    `tm_xk_${'0'.repeat(40)}`,
    `tm_pk_${'0'.repeat(39)}`,
    `tm_pk_${'0'.repeat(41)}`,
    `tm_pk_${'0'.repeat(49)}`,
    `tm_pk_${'0'.repeat(1_000_000)}`,
    `tm_pk_${'A'.repeat(40)}`,
    ` tm_pk_${'0'.repeat(40)}`,
    `tm_pk_${'漢'.repeat(40)}`,
  ])('are never %.20j', (text) => {
    expect(isWellFormedKey(text)).toBe(false);
  });
});
