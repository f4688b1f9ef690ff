import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCombinedLog } from './parse-combined-log.js';

const LINE =
  '83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /a/b.html?x=1 HTTP/1.1" 200 203023 "http://example.org/?q=1" "Mozilla/5.0 (X11)"';

describe('parseCombinedLog', () => {
  it('reads a line', () => {
    expect(parseCombinedLog(LINE)).toEqual({
      kind: 'entry',
      entry: {
        atMs: Date.parse('2015-05-17T10:05:03Z'),
        address: '83.149.9.216',
        agent: 'Mozilla/5.0 (X11)',
        method: 'GET',
        path: '/a/b.html',
        status: 200,
        bytes: 203_023,
        referrer: 'http://example.org/?q=1',
      },
    });
  });

  it('reads dashes as nothing', () => {
    const line = '::1 - - [17/May/2015:10:05:03 +0000] "-" 408 - "-" "-"';
    expect(parseCombinedLog(line)).toMatchObject({
      entry: { address: '::1', method: '', path: '', status: 408, bytes: 0, referrer: '', agent: '' },
    });
  });

  it('keeps a request line that is none: the server answered it', () => {
    const line = LINE.replace('GET /a/b.html?x=1 HTTP/1.1', '\\x16\\x03\\x01\\x02').replace(' 200 ', ' 400 ');
    expect(parseCombinedLog(line)).toMatchObject({ entry: { method: '', path: '', status: 400 } });
  });

  it('is not misled by escaped quotes, and keeps escapes as they are written', () => {
    const line = LINE.replace('/a/b.html?x=1', '/a\\"b')
      .replace('Mozilla/5.0', 'say \\"hi\\" \\\\')
      .replace('?q=1', '\\xe4');
    expect(parseCombinedLog(line)).toMatchObject({
      entry: { path: '/a\\"b', agent: 'say \\"hi\\" \\\\ (X11)', referrer: 'http://example.org/\\xe4' },
    });
  });

  it('ends a text at a quote behind an escaped backslash', () => {
    const line = LINE.replace('Mozilla/5.0 (X11)', 'a\\\\');
    expect(parseCombinedLog(line)).toMatchObject({ entry: { agent: 'a\\\\' } });
  });

  it('takes users with spaces and brackets, and time zones', () => {
    const line = LINE.replace('- - [', 'ident O. [x] Brien [').replace('+0000', '-0730');
    expect(parseCombinedLog(line)).toMatchObject({ entry: { atMs: Date.parse('2015-05-17T17:35:03Z') } });
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['hello', 'no_time'],
    ['83.149.9.216 [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 200 5 "-" "-"', 'no_address'],
    [LINE.replace('17/May', '31/Feb'), 'bad_time'],
    [LINE.replace('2015', '1969'), 'time_out_of_range'],
    [LINE.slice(0, 60), 'no_request'],
    [LINE.replace(' 200 ', ' - '), 'no_status'],
    [LINE.replace(' 203023 ', ' 9999999999999999 '), 'no_status'],
    [LINE.slice(0, LINE.indexOf(' "http')), 'no_referrer'],
    [LINE.slice(0, LINE.indexOf(' "http') + 9), 'no_referrer'],
    [LINE.slice(0, LINE.indexOf(' "Moz')), 'no_agent'],
    [LINE.slice(0, -1), 'no_agent'],
    [`${LINE} 0.005`, 'text_after_agent'],
    [`${LINE}${LINE}`, 'text_after_agent'],
    [LINE.replace('Mozilla/5.0', 'an "unescaped" quote'), 'text_after_agent'],
  ])('says what is wrong with %j', (line, reason) => {
    expect(parseCombinedLog(line)).toEqual({ kind: 'unparsable', reason });
  });

  it('gives an answer for any text and any damage', () => {
    const damaged = fc
      .tuple(fc.nat(LINE.length), fc.nat(20), fc.string({ unit: 'binary', maxLength: 20 }))
      .map(([at, cut, text]) => LINE.slice(0, at) + text + LINE.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), damaged), (line) => {
        expect(['entry', 'unparsable']).toContain(parseCombinedLog(line).kind);
      }),
    );
  });

  it('is not slowed down by a hostile line', () => {
    const startMs = performance.now();
    for (const piece of ['\\"', '[', '[] "', '"', '\\', ' ', 'a b '])
      parseCombinedLog(LINE.slice(0, 50) + piece.repeat(16_000));
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });
});
