/** Spellings of the content type that senders, proxies and attackers come up with. A body is read as JSON under each. */
export function contentTypes(): string[] {
  const types = ['application/json', 'text/plain', 'application/x-ndjson', 'application/octet-stream', 'text/html'];
  const written = types.flatMap((type) => [
    type,
    type.toUpperCase(),
    type.replace('/', ' / '),
    `${type};`,
    `${type} ;`,
    `;${type}`,
    `${type},`,
  ]);
  const parameters = [
    'charset=utf-8',
    'charset=UTF-8',
    'charset="utf-8"',
    "charset='utf-8'",
    'charset=',
    'charset',
    'charset=utf-16',
    'charset=utf-7',
    'charset=iso-8859-1',
    'charset=\\"',
    'charset="',
    'boundary=x',
    '=;=',
    'q=0.5; charset=utf-8; charset=utf-16',
    `x=${'y'.repeat(4_000)}`,
    'é=ü',
  ];
  const separators = [';', '; ', ' ;\t', ','];
  const withParameters = types
    .slice(0, 2)
    .flatMap((type) =>
      separators.flatMap((separator) => parameters.map((parameter) => `${type}${separator}${parameter}`)),
    );
  const odd = [
    '*/*',
    '*',
    '/',
    '//',
    'a',
    'json',
    'application',
    'application/',
    '/json',
    'application/json/extra',
    'application/json application/json',
    'application/json, text/plain',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'application/x-www-form-urlencoded',
    'application/problem+json',
    'application/cloudevents-batch+json',
    'application/vnd.api+json; ext="https://jsonapi.org/ext/atomic"',
    'text/plain;charset=UTF-8;text/plain',
    'null',
    'undefined',
    '__proto__',
    'constructor',
    'toString',
    'a'.repeat(8_000),
    'application/json\u0080',
    'ünï/cödé',
    '"application/json"',
    '<script>',
    '../../etc/passwd',
    '%61pplication/json',
    'application%2Fjson',
    'application\\json',
    '0',
    '-1',
    "' OR 1=1 --",
    '{}',
    '[]',
  ];
  return [...written, ...withParameters, ...odd];
}

/** The address of a sender, as it would like to have it. */
export const FORWARDED_FOR = [
  '8.8.8.8',
  '8.8.8.8, 9.9.9.9',
  '::1',
  '2001:db8::1',
  '127.0.0.1',
  'unknown',
  '8.8.8.8:80',
  '[2001:db8::1]:80',
  '999.1.1.1',
  ', , ,',
  '"><script>',
  '1.1.1.1,'.repeat(1_000),
];

/** Requests of which at least one thing is not as HTTP/1.1 has it. They travel as they stand, byte by byte. */
export function rawRequests(batch: string, key: string): readonly { readonly name: string; readonly bytes: string }[] {
  const head = (lines: readonly string[]) => ['POST /v1/batch HTTP/1.1', ...lines].join('\r\n');
  const host = 'Host: collector.example';
  const authorization = `Authorization: Bearer ${key}`;
  const length = `Content-Length: ${Buffer.byteLength(batch)}`;
  const chunked = 'Transfer-Encoding: chunked';
  const chunks = `${Buffer.byteLength(batch).toString(16)}\r\n${batch}\r\n0\r\n\r\n`;
  const send = (name: string, lines: readonly string[], body: string) => ({
    name,
    bytes: `${head(lines)}\r\n\r\n${body}`,
  });
  const well = [host, authorization];
  const asked = (line: string) => `${line}\r\n${host}\r\n${authorization}\r\n${length}\r\n\r\n${batch}`;
  return [
    send('no host', [authorization, length], batch),
    send('two hosts', [host, 'Host: evil.example', authorization, length], batch),
    ...[
      '',
      'evil.example',
      'localhost:0',
      'a b',
      'a\tb',
      '[::1',
      '..',
      '../x',
      'x@y',
      'x/y',
      '"',
      '%00',
      'h'.repeat(5_000),
    ].map((name) => send(`host ${name.slice(0, 20)}`, [`Host: ${name}`, authorization, length], batch)),
    send(
      'a host that a proxy tells',
      [host, 'X-Forwarded-Host: evil.example', 'Forwarded: host=evil', authorization, length],
      batch,
    ),
    { name: 'an absolute address', bytes: asked('POST http://evil.example/v1/batch HTTP/1.1') },
    { name: 'an absolute address with a user', bytes: asked('POST http://a:b@evil.example/v1/batch HTTP/1.1') },
    { name: 'an address without a path', bytes: asked('POST http://evil.example HTTP/1.1') },
    { name: 'a path of two slashes', bytes: asked('POST //evil.example/v1/batch HTTP/1.1') },
    { name: 'a path that climbs', bytes: asked('POST /v1/../v1/./batch HTTP/1.1') },
    { name: 'a path of broken escapes', bytes: asked('POST /v1/%zz%c0%af HTTP/1.1') },
    { name: 'a path with NUL', bytes: asked('POST /v1/batch%00 HTTP/1.1') },
    { name: 'no path', bytes: asked('POST  HTTP/1.1') },
    { name: 'a star', bytes: asked('OPTIONS * HTTP/1.1') },
    { name: 'a tunnel', bytes: `CONNECT evil.example:443 HTTP/1.1\r\n${host}\r\n\r\n` },
    { name: 'a trace', bytes: `TRACE /v1/batch HTTP/1.1\r\n${host}\r\n\r\n` },
    { name: 'an unknown method', bytes: `BATCH /v1/batch HTTP/1.1\r\n${host}\r\n\r\n` },
    { name: 'HTTP/0.9', bytes: 'GET /v1/batch\r\n\r\n' },
    { name: 'HTTP/1.0', bytes: asked('POST /v1/batch HTTP/1.0') },
    { name: 'HTTP/9.9', bytes: asked('POST /v1/batch HTTP/9.9') },
    { name: 'HTTP/2 at once', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
    { name: 'TLS', bytes: '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003' },
    { name: 'no HTTP at all', bytes: '\u0000\u0001\u0002\r\n\r\n' },
    send(
      'an upgrade',
      [...well, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: eA==', length],
      batch,
    ),
    send(
      'an upgrade to HTTP/2',
      [...well, 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AA', length],
      batch,
    ),
    send('an expectation', [...well, 'Expect: 100-continue', length], batch),
    send('a vain expectation', [...well, 'Expect: the-unexpected', length], batch),
    send('a length and chunks', [...well, 'Content-Length: 4', chunked], chunks),
    send('chunks and a length', [...well, chunked, 'Content-Length: 4'], chunks),
    send('two lengths', [...well, length, 'Content-Length: 4'], batch),
    send('the same length twice', [...well, length, length], batch),
    send('a list of lengths', [...well, 'Content-Length: 4, 4'], batch),
    ...['-1', '+5', '0x10', '1e3', '', ' ', '99999999999999999999', '4 4'].map((value) =>
      send(`length ${value}`, [...well, `Content-Length: ${value}`], batch),
    ),
    ...[
      'xchunked',
      'chunked, identity',
      'identity, chunked',
      'gzip, chunked',
      ' chunked',
      '\u000bchunked',
      'CHUNKED',
      'chunked\r\n ,x',
    ].map((value) =>
      send(`transfer encoding ${JSON.stringify(value)}`, [...well, `Transfer-Encoding: ${value}`], chunks),
    ),
    send('two transfer encodings', [...well, chunked, 'Transfer-Encoding: identity'], chunks),
    ...['zz', '-1', 'ffffffffffffffffff', '5;ext="\n"', ' 5', '0x5'].map((size) =>
      send(`chunk size ${JSON.stringify(size)}`, [...well, chunked], `${size}\r\nabcde\r\n0\r\n\r\n`),
    ),
    send('a chunk that is too short', [...well, chunked], '2\r\nabcde\r\n0\r\n\r\n'),
    send('a space before the colon', [...well, `Content-Length : ${Buffer.byteLength(batch)}`], batch),
    send('a folded header', [host, `Authorization: Bearer\r\n ${key}`, length], batch),
    send('a header without a name', [...well, ': x', length], batch),
    send('a header without a colon', [...well, 'nothing', length], batch),
    send('NUL in a header', [...well, 'X-A: a\u0000b', length], batch),
    send('a lone CR in a header', [...well, 'X-A: a\rX-B: b', length], batch),
    {
      name: 'lines that end with LF alone',
      bytes: `POST /v1/batch HTTP/1.1\n${host}\n${authorization}\n${length}\n\n${batch}`,
    },
    send('a header of 100 kB', [...well, `X-A: ${'a'.repeat(100_000)}`, length], batch),
    send('5,000 headers', [...well, ...Array.from({ length: 5_000 }, (_, n) => `X-${n}: 1`), length], batch),
    { name: 'an address of 100 kB', bytes: asked(`POST /v1/batch?${'a'.repeat(100_000)} HTTP/1.1`) },
    send('a key of 10 kB', [host, `Authorization: Bearer ${'k'.repeat(10_000)}`, length], batch),
    send('two keys', [...well, 'Authorization: Bearer other', length], batch),
    send('a key that breaks lines', [host, 'Authorization: Bearer a\\r\\n{"level":50}', length], batch),
  ];
}
