import { describe, expect, it } from 'vitest';
import { readRequestParams, settingsClause } from './protocol-params.js';

const read = (query: Record<string, string>) => readRequestParams(new URLSearchParams(query));

describe('the parameters of a request', () => {
  it('are told apart: statement, bound values, settings, and what is about the connection', () => {
    const params = { query: 'SELECT 1', query_id: 'q', database: 'd', param_a: 'x', max_threads: '2', session_id: 's' };
    expect(read(params)).toEqual({
      query: 'SELECT 1',
      queryId: 'q',
      bound: { a: 'x' },
      settings: { max_threads: '2' },
    });
    expect(read({})).toEqual({ query: undefined, queryId: undefined, bound: {}, settings: {} });
  });

  it.each([
    ['plain', 'plain'],
    ['a\\tb\\nc\\rd', 'a\tb\nc\rd'],
    ['\\b\\f\\0', '\b\f\0'],
    ['\\\\n', '\\n'],
    ["it\\'s", "it's"],
    ['a\\\nb', 'a\nb'],
    ['ends with \\', 'ends with \\'],
  ])('unescapes %j to %j', (sent, meant) => {
    expect(read({ param_x: sent }).bound).toEqual({ x: meant });
  });
});

describe('settingsClause', () => {
  it('quotes values, and passes over names that are none', () => {
    expect(settingsClause({})).toBe('');
    expect(settingsClause({ max_threads: '1', token: "a'b\\c" })).toBe(
      " SETTINGS max_threads = '1', token = 'a\\'b\\\\c'",
    );
    expect(settingsClause({ 'a = 1, b': '1', '': '1', A: '1', '1a': '1' })).toBe('');
  });
});
