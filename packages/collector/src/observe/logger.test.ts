import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createHttpApp } from '../boot/http/http-app.js';
import { ipPrefix } from '../ingest/ip-prefix.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import { createRegistry } from '../workspaces/registry.js';
import { createLogger } from './logger.js';
import { createMetrics } from './metrics.js';
import { registerRequestLog } from './request-log.js';
import { scrub } from './scrub.js';

const SENDER = '203.0.113.77';
/** What a terminal would obey, or a reader take for the end of a line. */
const HARMFUL = /[\p{Cc}\u2028\u2029\u202A-\u202E]/u;
const HOSTILE = [
  'a\nb',
  'a\r\n{"level":60,"msg":"forged"}',
  '\u001b[2Jscreen',
  'x\u2028y\u2029z',
  '\u202etxt.exe',
  'nul\0nul',
  '\x85next',
  '"},{"a":"',
  '%0a%0dforged',
  'é漢字\ud800',
];

function writeDown() {
  const chunks: string[] = [];
  return { lines: () => chunks.join(''), destination: { write: (line: string) => void chunks.push(line) } };
}

describe('the log', () => {
  it('writes one line a message, whatever stands in its fields', () => {
    const { lines, destination } = writeDown();
    const logger = createLogger('debug', destination);
    for (const text of HOSTILE) {
      logger.warn({ error: new Error(text), deep: { list: [text] }, line: text }, 'something');
    }
    const text = lines();
    expect(text.split(/[\n\r\u2028\u2029\u0085\v\f]/).filter((line) => line !== '')).toHaveLength(HOSTILE.length);
    for (const line of text.trimEnd().split('\n'))
      expect(JSON.parse(line)).toMatchObject({ msg: 'something', level: 40 });
    expect(HARMFUL.test(text.replaceAll('\n', ''))).toBe(false);
  });

  it.each([
    ['tm_sk_0123abcDEF', 'tm_sk_...'],
    ['GET /v1/batch?k=tm_pk_abc&z=gzip', 'GET /v1/batch?k=tm_pk_...&z=gzip'],
    ['http://user:secret@clickhouse:8123/', 'http://...@clickhouse:8123/'],
    ['authorization: Bearer eyJhbGciOi.x.y', 'authorization: Bearer ...'],
    ['read ECONNRESET 203.0.113.77:5123', 'read ECONNRESET 203.0.113.x:5123'],
    ['from 2001:db8:1:2:3:4:5:6, 2001:db8:1::9', 'from 2001:db8:1::x, 2001:db8:1::x'],
    [
      'connect ECONNREFUSED 10.1.2.3:8123, http://127.0.0.1:8787',
      'connect ECONNREFUSED 10.1.2.3:8123, http://127.0.0.1:8787',
    ],
    [
      '2026-01-05T10:30:00.000Z and 0198c0de-1111-7000-8000-000000000001',
      '2026-01-05T10:30:00.000Z and 0198c0de-1111-7000-8000-000000000001',
    ],
  ])("takes keys, passwords and people's addresses out of %j", (text, scrubbed) => {
    expect(scrub(text)).toBe(scrubbed);
  });

  it('bounds the length of a text', () => {
    expect(scrub('x'.repeat(5_000_000)).length).toBeLessThan(1_100);
    expect(scrub(`${'x'.repeat(995)}tm_sk_secret`)).not.toContain('secret');
  });

  it('never tells a key, a payload or an address, whatever a request carries where', async () => {
    const { lines, destination } = writeDown();
    const logger = createLogger('debug', destination);
    const metrics = createMetrics();
    const registry = createRegistry({ workspaces: [], keys: [], clientConfigs: [] }, Date.now);
    const { writeKey, secretKey } = registry.createWorkspace('shop', 'shop');
    const app = createHttpApp(1, logger, metrics); // behind a proxy: the header below is believed
    registerRequestLog(app, { logger, metrics, networkOf: ipPrefix });
    app.get('/v1/fine', async (asked) => authorise(registry, requestKey(asked), 'append').workspaceId);
    app.get('/v1/fails/:what', async ({ url, headers }) => {
      throw new Error(`cannot do ${url} for ${headers.authorization} of ${JSON.stringify(headers)}`);
    });
    await app.listen({ host: '127.0.0.1', port: 0 });
    onTestFinished(() => app.close());
    const { port } = app.server.address() as AddressInfo; // listening on TCP

    const paths = [`/v1/fine?k=${writeKey}`, `/v1/fails/${secretKey}?k=${writeKey}`, `/v1/nothing/${secretKey}`];
    const names = ['authorization', 'user-agent', 'referer', 'origin', 'x-request-id', 'cookie', 'accept', 'x-own'];
    let answered = 0;
    for (const path of paths) {
      for (const hostile of HOSTILE) {
        for (const name of names) {
          const value = `Bearer ${secretKey} ${hostile}`;
          answered += await ask(
            port,
            `${path}${encodeURIComponent(hostile.replace(/[\ud800-\udfff]/g, ''))}`,
            name,
            value,
          );
        }
      }
    }
    expect(answered).toBe(paths.length * HOSTILE.length * names.length);
    const text = lines();
    expect(text.length).toBeGreaterThan(10_000);
    for (const line of text.trimEnd().split('\n')) {
      const { requestId, from } = JSON.parse(line) as { requestId: string; from?: string }; // each is whole
      expect(requestId).toMatch(/^[0-9a-f]{12}-[0-9a-z]+$/);
      if (from !== undefined) expect(from).toBe('203.0.113.0/24');
    }
    expect(text.includes(SENDER)).toBe(false);
    for (const key of [writeKey, secretKey]) expect(text.includes(key.slice(6))).toBe(false);
    expect(HARMFUL.test(text.replaceAll('\n', ''))).toBe(false);
    const series = await metrics.text();
    expect(series).not.toContain('tm_');
    expect(series).not.toContain('forged');
    expect(new Set(series.match(/route="[^"]*"/g))).toEqual(
      new Set(['route="/v1/fine"', 'route="/v1/fails/:what"', 'route="none"']),
    );
  });
});

/** Bytes as they are: Node's client would refuse to send some of them. @returns 1 when there was an answer. */
function ask(port: number, path: string, header: string, value: string): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text.startsWith('HTTP/1.1 ') ? 1 : 0));
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-For: ${SENDER}\r\n${header}: ${value}\r\n\r\n`,
    );
  });
}
