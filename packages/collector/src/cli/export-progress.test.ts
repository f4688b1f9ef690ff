import { describe, expect, it } from 'vitest';
import { createExportProgress } from './export-progress.js';

const utf8 = new TextEncoder();

function run(format: string, pieces: readonly string[], isTTY = true) {
  const world = { now: 0, written: [] as string[] };
  const stream = { isTTY, write: (text: string) => world.written.push(text) };
  const progress = createExportProgress(stream, format, () => world.now);
  for (const piece of pieces) {
    progress.add(utf8.encode(piece));
    world.now += 150;
  }
  progress.end();
  return world.written;
}

describe('createExportProgress', () => {
  it('tells rows and bytes as they go, not more often than an eye can follow, and at the end', () => {
    const written = run('jsonl', ['{"a":1}\n{"a"', ':2}\n', '{"a":3}\n', '{"a":4}\n']);
    expect(written).toEqual([
      '\r\u001b[Kexporting: 1 rows, 12 B in 0 ms',
      '\r\u001b[Kexporting: 3 rows, 24 B in 300 ms',
      '\r\u001b[Kexported: 4 rows, 32 B in 600 ms\n',
    ]);
  });

  it('counts rows of CSV: neither the head nor lines within quotes, wherever a piece ends', () => {
    expect(run('csv', ['"page","views"\n"a\n', 'b ""c""\n",1\n"d",2\n']).at(-1)).toContain('exported: 2 rows, ');
  });

  it('knows bytes alone of what has no lines', () => {
    expect(run('parquet', ['PAR1\n\n\n']).at(-1)).toBe('\r\u001b[Kexported: 7 B in 150 ms\n');
  });

  it('writes nothing into a file or a pipe', () => {
    expect(run('csv', ['"a"\n1\n'], false)).toEqual([]);
  });
});
