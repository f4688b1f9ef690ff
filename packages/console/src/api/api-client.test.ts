import { describe, expect, it } from 'vitest';
import { createApiClient } from './api-client.js';

const baseUrl = 'https://collector.example/';

function clientOf(answer: (request: Request) => Response | Promise<Response>) {
  const requests: Request[] = [];
  const fetch = async (...args: Parameters<typeof globalThis.fetch>) => {
    const request = new Request(...args);
    requests.push(request);
    return answer(request);
  };
  return { api: createApiClient({ fetch, baseUrl, readKey: 'tm_rk_1' }), requests };
}

describe('report', () => {
  it('asks with the read key in the header, never in the address', async () => {
    const { api, requests } = clientOf(() => Response.json({ rows: [], totals: {} }));
    const outcome = await api.report('pages', { from: 5 });
    expect(outcome).toEqual({ kind: 'ok', value: { rows: [], totals: {} } });
    expect(requests[0]?.url).toBe('https://collector.example/v1/reports/pages?from=5');
    expect(requests[0]?.headers.get('authorization')).toBe('Bearer tm_rk_1');
  });

  it('hands on the words of a problem', async () => {
    const problem = {
      type: 'about:blank',
      title: 'Unknown key',
      status: 401,
      detail: 'Not known.',
      code: 'unknown_key',
    };
    const headers = { 'content-type': 'application/problem+json; charset=utf-8' };
    const { api } = clientOf(() => new Response(JSON.stringify(problem), { status: 401, headers }));
    expect(await api.report('pages', {})).toEqual({ kind: 'refused', refusal: { status: 401, problem } });
  });

  it('does not take the error page of a proxy for a problem', async () => {
    const { api } = clientOf(() => new Response('<h1>Bad gateway</h1>', { status: 502 }));
    expect(await api.report('pages', {})).toEqual({ kind: 'refused', refusal: { status: 502 } });
  });

  it('is unreachable when nobody answers, and when the answer breaks off', async () => {
    const { api } = clientOf(() => Promise.reject(new TypeError('network')));
    expect(await api.report('pages', {})).toEqual({ kind: 'unreachable' });
    const { api: broken } = clientOf(() => new Response('{"rows":['));
    expect(await broken.report('pages', {})).toEqual({ kind: 'unreachable' });
  });
});

describe('storeReadiness', () => {
  it('reads the state from a 503 as well', async () => {
    const { api } = clientOf(() => Response.json({ store: 'starting' }, { status: 503 }));
    expect(await api.storeReadiness()).toBe('starting');
  });

  it('is unknown without an answer and with one it does not know', async () => {
    const { api } = clientOf(() => Promise.reject(new TypeError('network')));
    expect(await api.storeReadiness()).toBe('unknown');
    const { api: odd } = clientOf(() => Response.json({ store: 'purple' }));
    expect(await odd.storeReadiness()).toBe('unknown');
  });
});

describe('live', () => {
  it('says which event was the last, once there was one', async () => {
    const { api, requests } = clientOf(() => new Response(''));
    const { signal } = new AbortController();
    await api.live(undefined, signal);
    await api.live('42', signal);
    expect(requests.map((request) => request.headers.get('last-event-id'))).toEqual([null, '42']);
  });
});
