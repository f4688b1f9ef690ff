import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { LIMITS } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { decodeBody } from './decode-body.js';

const value = { a: ['漢字', 1, null] };
const plain = Buffer.from(JSON.stringify(value));
const large = Buffer.from(JSON.stringify(Array.from({ length: 40_000 }, (_, n) => n * 7_919)));
const full = Buffer.from(`"${'x'.repeat(LIMITS.bodyBytes - 2)}"`);
const bomb = Buffer.alloc(LIMITS.bodyBytes + 1, 0x20);

const wrongChecksum = gzipSync(plain);
wrongChecksum.fill(0, wrongChecksum.length - 8, wrongChecksum.length - 4);

describe('decodeBody', () => {
  it.each([
    ['nothing said', plain, [undefined, undefined]],
    ['identity', plain, ['Identity', '']],
    ['gzip', gzipSync(plain), ['gzip']],
    ['GZIP in the address', gzipSync(plain), [undefined, 'GZIP']],
    ['deflate', deflateSync(plain), ['deflate']],
  ])('reads a body with %s', async (_, body, encodings) => {
    expect(await decodeBody(body, encodings)).toEqual({ text: plain.toString(), value });
  });

  it('unpacks a large body aside', async () => {
    const packed = gzipSync(large);
    expect(packed.length).toBeGreaterThan(16 * 1024);
    expect((await decodeBody(packed, ['gzip'])).text).toBe(large.toString());
  });

  it('takes a body that is exactly as large as one may be', async () => {
    expect((await decodeBody(gzipSync(full), ['gzip'])).text).toHaveLength(LIMITS.bodyBytes);
  });

  it.each([
    ['br', brotliCompressSync(plain), ['br']],
    ['zstd', plain, ['zstd']],
    ['two at once', gzipSync(gzipSync(plain)), ['gzip, gzip']],
    ['one in the header and one in the address', gzipSync(gzipSync(plain)), ['gzip', 'gzip']],
    ['a parameter given twice', gzipSync(plain), [undefined, ['gzip', 'gzip']]],
    ['a name of the prototype', plain, ['__proto__']],
  ])('refuses %s as encoding', async (_, body, encodings) => {
    await expect(decodeBody(body, encodings)).rejects.toMatchObject({ code: 'unsupported_encoding' });
  });

  it.each([
    ['gzip', gzipSync(bomb)],
    ['deflate', deflateSync(bomb)],
  ])('stops unpacking a %s bomb at the limit', async (encoding, body) => {
    expect(body.length).toBeLessThan(2_000);
    await expect(decodeBody(body, [encoding])).rejects.toMatchObject({ code: 'body_too_large' });
  });

  it.each([
    ['truncated gzip', gzipSync(plain).subarray(0, -4), ['gzip']],
    ['truncated gzip, unpacked aside', gzipSync(large).subarray(0, -4), ['gzip']],
    ['gzip with a wrong checksum', wrongChecksum, ['gzip']],
    ['what is no gzip', plain, ['gzip']],
    ['an empty gzip body', Buffer.alloc(0), ['gzip']],
    ['an empty body', Buffer.alloc(0), []],
    ['what is no JSON', Buffer.from('{"a":'), []],
    ['gzip that nobody announced', gzipSync(plain), []],
    ['endless brackets', Buffer.from('['.repeat(500_000)), []],
  ])('cannot read %s', async (_, body, encodings) => {
    await expect(decodeBody(body, encodings)).rejects.toMatchObject({ code: 'unreadable_body' });
  });
});
