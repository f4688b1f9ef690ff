import { describe, expect, it } from 'vitest';
import { readAnswer } from './read-answer.js';

const now = Date.UTC(2026, 0, 5);
const ack = { batchId: 'b1', accepted: 1, duplicate: 0, rejected: [], serverTimeMs: now };
const read = (status: number, body: unknown = '', retryAfter: string | null = null) =>
  readAnswer({ status, body, retryAfter }, 'b1', now);

describe('readAnswer', () => {
  it('takes only an ack that names this batch for a delivery', () => {
    expect(read(202, ack)).toEqual({ kind: 'delivered', ack });
  });

  it.each([
    ['the login page of a captive portal', 200, '<html>Welcome</html>'],
    ['an ack under another status', 200, ack],
    ['an empty 202', 202, ''],
    ['a null 202', 202, null],
    ['the ack of another batch', 202, { ...ack, batchId: 'b2' }],
    ['an ack without its list', 202, { ...ack, rejected: undefined }],
    ['an ack without its time', 202, { batchId: 'b1', rejected: [] }],
    ['no answer at all', 0, undefined],
    ['a proxy that cannot connect', 502, ''],
    ['too many requests', 429, ''],
    ['a moved address', 302, ''],
    ['a wrong address', 404, ''],
    ['a proxy that does not understand', 400, '<html>The plain HTTP request was sent to HTTPS port</html>'],
    ['a 400 of somebody else', 400, { code: 'bad' }],
  ])('keeps the events after %s', (_, status, body) => {
    expect(read(status, body)).toEqual({ kind: 'retry', afterMs: undefined });
  });

  it('waits as long as the collector asks', () => {
    expect(read(503, {}, '7')).toEqual({ kind: 'retry', afterMs: 7_000 });
    expect(read(429, { code: 'budget_exhausted' }, '3600')).toEqual({ kind: 'retry', afterMs: 3_600_000 });
    expect(read(503, {}, 'Mon, 05 Jan 2026 00:00:09 GMT')).toEqual({ kind: 'retry', afterMs: 9_000 });
  });

  it('tells a wrong key, a body too large and an unreadable one apart', () => {
    expect(read(401)).toEqual({ kind: 'stopped', status: 401 });
    expect(read(403)).toEqual({ kind: 'stopped', status: 403 });
    expect(read(413)).toEqual({ kind: 'too_large' });
    expect(read(400, { code: 'invalid_batch' })).toEqual({ kind: 'unreadable' });
    expect(read(400, { code: 'unreadable_body' })).toEqual({ kind: 'unreadable' });
  });
});
