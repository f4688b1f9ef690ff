import { expect, it } from 'vitest';
import { parseRequestLine } from './parse-request-line.js';

it.each([
  ['GET / HTTP/1.1', 'GET', '/'],
  ['GET /a/b?x=1&y=/c?d HTTP/2.0', 'GET', '/a/b'],
  ['HEAD /a HTTP/2', 'HEAD', '/a'],
  ['GET /old', 'GET', '/old'],
  ['GET http://example.org/a?b HTTP/1.1', 'GET', '/a'],
  ['GET HTTP://example.org HTTP/1.1', 'GET', '/'],
  ['GET /?q HTTP/1.0', 'GET', '/'],
  ['OPTIONS * HTTP/1.0', 'OPTIONS', '*'],
  ['CONNECT example.org:443 HTTP/1.1', 'CONNECT', 'example.org:443'],
  ['M-SEARCH /x HTTP/1.1', 'M-SEARCH', '/x'],
  ['GET /say\\"hi\\" HTTP/1.1', 'GET', '/say\\"hi\\"'],
])('%s', (text, method, path) => expect(parseRequestLine(text)).toEqual({ method, path }));

it.each([
  '',
  '-',
  'GET',
  'GET ',
  ' / HTTP/1.1',
  'GET /a b HTTP/1.1',
  '\\x16\\x03\\x01',
  'GET  / HTTP/1.1',
  '\\x05\\x01 /',
])('%j is no request line: method and path stay empty', (text) =>
  expect(parseRequestLine(text)).toEqual({ method: '', path: '' }),
);
