import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readLog } from './read-log.js';

const line = (request: string, status = 200, address = '203.0.113.7', agent = 'Mozilla/5.0') =>
  `${address} - - [17/May/2015:10:05:03 +0000] "${request}" ${status} 12 "-" "${agent}"`;

async function* chunks(text: string | Uint8Array) {
  yield Buffer.from(text);
}
const read = (text: string | Uint8Array, linesMax = 100) => readLog(chunks(text), linesMax);

describe('readLog', () => {
  it('groups lines by address and agent, in the order of the file', async () => {
    const log = await read(
      [
        line('GET /a HTTP/1.1'),
        line('GET /b HTTP/1.1', 200, '::1'),
        line('GET /c HTTP/1.1'),
        line('GET /d HTTP/1.1', 200, '::1', '-'),
      ].join('\n'),
    );
    expect(log.lineCount).toBe(4);
    expect(log.visitors.map(({ agent, records }) => [agent, records.map(({ path }) => path)])).toEqual([
      ['Mozilla/5.0', ['/a', '/c']],
      ['Mozilla/5.0', ['/b']],
      ['', ['/d']],
    ]);
    expect(JSON.stringify(log)).not.toMatch(/203\.0\.113\.7|::1/);
  });

  it('hashes the bytes of the file', async () => {
    expect((await read('x\n')).fileHash).toEqual(createHash('sha256').update('x\n').digest());
  });

  it('names every line it cannot read', async () => {
    const log = await read(`${line('GET / HTTP/1.1')}\nnoise\n\n${'x'.repeat(70_000)}\n${line('-', 408)}\n`);
    expect(log.lineCount).toBe(5);
    expect(log.unparsable).toEqual([
      { lineNumber: 2, reason: 'no_time' },
      { lineNumber: 3, reason: 'empty' },
      { lineNumber: 4, reason: 'too_long' },
    ]);
    expect(log.visitors[0]?.records.map(({ lineNumber }) => lineNumber)).toEqual([1, 5]);
  });

  it.each([
    ['GET / HTTP/1.1', 200, true],
    ['HEAD / HTTP/1.1', 204, true],
    ['GET /a.html HTTP/1.1', 206, true],
    ['GET /a?b=c.png HTTP/1.1', 304, true],
    ['POST / HTTP/1.1', 200, false],
    ['get / HTTP/1.1', 200, false],
    ['GET / HTTP/1.1', 301, false],
    ['GET / HTTP/1.1', 404, false],
    ['GET / HTTP/1.1', 100, false],
    ['GET /a.png?b HTTP/1.1', 200, false],
    ['-', 200, false],
  ])('%s answered %d is a page view: %s', async (request, status, isView) => {
    expect((await read(line(request, status))).visitors[0]?.records[0]?.isView).toBe(isView);
  });

  it('refuses more lines than it may hold, and compressed files, with a sentence', async () => {
    await expect(read('\n'.repeat(100))).resolves.toMatchObject({ lineCount: 100 });
    await expect(read('\n'.repeat(101))).rejects.toThrow('more than 100 lines');
    await expect(read(Uint8Array.of(0x1f, 0x8b, 8))).rejects.toThrow('unpack');
  });
});
