import { appendFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../../test/fixtures/temporary-directory.js';
import { segmentFileName } from '../../wal/segment.js';
import { createRiskReader, type RiskReader } from './risk-segments.js';

describe('reading the log of the detectors', () => {
  let open: RiskReader | undefined;
  afterEach(() => open?.close());

  async function openReader() {
    const directory = await temporaryDirectory();
    const reader = createRiskReader(directory);
    open = reader;
    const pathOf = (file: number) => join(directory, segmentFileName(file));
    const read = (...ask: Parameters<RiskReader['read']>) => reader.read(...ask).toString();
    return { reader, pathOf, read };
  }

  it('takes of a file what it has grown by, up to where it is durable, or to its end', async () => {
    const { pathOf, read } = await openReader();
    await writeFile(pathOf(1), 'abcdef');
    expect(read(1, 0, 4)).toBe('abcd');
    await appendFile(pathOf(1), 'ghi');
    expect(read(1, 4, 8)).toBe('efgh');
    expect(read(1, 8)).toBe('i');
    expect(read(1, 9)).toBe('');
    expect(read(1, 0, 100)).toBe('abcdefghi');
    expect(read(1, 12)).toBe('');
  });

  it('makes no buffer anew for each read', async () => {
    const { reader, pathOf } = await openReader();
    await writeFile(pathOf(1), 'abcdef');
    await writeFile(pathOf(2), 'ghi');
    const [first, second] = [reader.read(1, 0), reader.read(2, 0)];
    expect([second.toString(), second.buffer === first.buffer]).toEqual(['ghi', true]);
    const much = Buffer.alloc(3 * 1_048_576, 7);
    await writeFile(pathOf(3), much);
    expect(reader.read(3, 0).equals(much)).toBe(true);
    expect(reader.read(2, 1).toString()).toBe('hi');
  });

  it('finds nothing in a file that is not there, and all of it once it is', async () => {
    const { pathOf, read } = await openReader();
    expect(read(1, 0)).toBe('');
    await writeFile(pathOf(1), 'abc');
    expect(read(1, 0)).toBe('abc');
  });

  it('goes from file to file and back, and holds none that it was told to let go of', async () => {
    const { reader, pathOf, read } = await openReader();
    await writeFile(pathOf(1), 'one');
    await writeFile(pathOf(2), 'two');
    expect([read(1, 0), read(2, 0), read(1, 1)]).toEqual(['one', 'two', 'ne']);
    await unlink(pathOf(1));
    expect(read(1, 0)).toBe('one'); // still held: it has been there until now
    reader.close();
    expect([read(1, 0), read(2, 0)]).toEqual(['', 'two']);
  });
});
