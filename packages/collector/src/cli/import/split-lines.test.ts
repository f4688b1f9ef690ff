import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LINE_BYTES_MAX, splitLines } from './split-lines.js';

async function linesOf(chunks: readonly Uint8Array[]): Promise<(string | undefined)[]> {
  async function* stream() {
    yield* chunks;
  }
  const lines: (string | undefined)[] = [];
  for await (const some of splitLines(stream())) lines.push(...some);
  return lines;
}

it('does not care where the chunks were cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '漢', '\n', '\r\n') })),
      fc.array(fc.integer({ min: 1, max: 9 })),
      async (texts, sizes) => {
        const text = texts.join('');
        const bytes = Buffer.from(text);
        const chunks: Buffer[] = [];
        for (let at = 0; at < bytes.length; at += chunks.at(-1)?.length ?? 0) {
          chunks.push(bytes.subarray(at, at + (sizes[chunks.length] ?? 7)));
        }
        const expected = text.split('\n').map((line) => line.replace(/\r$/, ''));
        if (expected.at(-1) === '' && !text.endsWith('\r')) expected.pop();
        expect(await linesOf(chunks)).toEqual(expected);
      },
    ),
  );
});

it('has no lines in an empty file and keeps empty lines between others', async () => {
  expect(await linesOf([])).toEqual([]);
  expect(await linesOf([Buffer.from('a\n\nb\n')])).toEqual(['a', '', 'b']);
});

it('gives an oversized line up, and only that one', async () => {
  const long = 'x'.repeat(LINE_BYTES_MAX);
  expect(await linesOf([Buffer.from(`${long}\n${long}y\nz\n`)])).toEqual([long, undefined, 'z']);
  expect(await linesOf([Buffer.from(long), Buffer.from(long), Buffer.from('\nz')])).toEqual([undefined, 'z']);
});

it('stands in for bytes that are no text', async () => {
  expect(await linesOf([Uint8Array.of(0x61, 0xff, 0x62)])).toEqual(['a\uFFFDb']);
});
