import { expect, it } from 'vitest';
import { createProgressBar } from './progress-bar.js';

function fakeStream(isTTY: boolean | undefined) {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) };
}

it('draws on a terminal, anew only when a per cent is gained, and takes itself away', () => {
  const stream = fakeStream(true);
  const bar = createProgressBar(stream, 'Importing');
  bar.update(0, 1_000);
  bar.update(4, 1_000);
  bar.update(500, 1_000);
  bar.update(1_000, 1_000);
  bar.clear();
  expect(stream.written).toEqual([
    `\r\u001b[KImporting [${' '.repeat(30)}] 0%`,
    `\r\u001b[KImporting [${'='.repeat(15)}${' '.repeat(15)}] 50%`,
    `\r\u001b[KImporting [${'='.repeat(30)}] 100%`,
    '\r\u001b[K',
  ]);
});

it.each([false, undefined])('writes nothing where isTTY is %s', (isTTY) => {
  const stream = fakeStream(isTTY);
  const bar = createProgressBar(stream, 'Importing');
  bar.update(1, 2);
  bar.clear();
  expect(stream.written).toEqual([]);
});

it('is full when there is nothing to do', () => {
  const stream = fakeStream(true);
  createProgressBar(stream, 'Importing').update(0, 0);
  expect(stream.written.join('')).toContain('100%');
});
