import type { ReportName } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { createApiClient } from '../api/api-client.js';
import type { Refusal } from '../api/api-outcome.js';
import { createReportsLoader } from './reports-loader.js';

function setUp(answer: (name: ReportName, from: string | null) => Response | Promise<Response>) {
  const refusals: Refusal[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const url = new URL(String(input));
    const response = await answer(url.pathname.split('/').at(-1) as ReportName, url.searchParams.get('from'));
    init?.signal?.throwIfAborted();
    return response;
  };
  const api = createApiClient({ fetch, baseUrl: 'https://collector.example/', readKey: 'tm_rk_1' });
  return { loader: createReportsLoader(api, (refusal) => refusals.push(refusal)), refusals };
}

describe('createReportsLoader', () => {
  it('shows the three reports together', async () => {
    const { loader } = setUp((name) => Response.json({ name }));
    await loader.load({});
    expect(loader.state.get()).toEqual({
      reports: { pages: { name: 'pages' }, sessions: { name: 'sessions' }, visitors: { name: 'visitors' } },
      stale: false,
      fault: '',
    });
  });

  it('keeps the last figures when the next do not come, says why, and recovers', async () => {
    let isDown = false;
    const { loader } = setUp((name) => (isDown ? Promise.reject(new TypeError('network')) : Response.json({ name })));
    await loader.load({});
    isDown = true;
    await loader.load({});
    expect(loader.state.get().reports?.pages).toEqual({ name: 'pages' });
    expect(loader.state.get().fault).toBe('The collector does not answer.');
    isDown = false;
    await loader.load({});
    expect(loader.state.get().fault).toBe('');
  });

  it('drops the answer to a question that is no longer asked', async () => {
    const { loader } = setUp((name, from) => Response.json({ name, from }));
    const first = loader.load({ from: 1 });
    loader.invalidate();
    expect(loader.state.get().stale).toBe(true);
    await first;
    expect(loader.state.get()).toEqual({ reports: undefined, stale: true, fault: '' });
    await loader.load({ from: 2 });
    expect(loader.state.get()).toMatchObject({ reports: { pages: { from: '2' } }, stale: false });
  });

  it('tells when the key is refused', async () => {
    const { loader, refusals } = setUp((name) =>
      name === 'visitors' ? new Response('', { status: 401 }) : Response.json({}),
    );
    await loader.load({});
    expect(refusals).toEqual([{ status: 401 }]);
  });
});
