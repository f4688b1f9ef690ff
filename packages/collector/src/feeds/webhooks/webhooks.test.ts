import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RiskFlag } from '@tidemark/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../observe/logger.js';
import type { FlagPositions } from '../../store/flags/read-flags.js';
import { createDeliverWebhooks, type DeliverWebhooksOptions } from './deliver-webhooks.js';
import { faultOfUrl, type SendOutcome, sendWebhook, type WebhookMessage } from './send-webhook.js';
import type { Webhook } from './webhook.js';

const NOW = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;
const COLLECTOR = '01890000-0000-7000-8000-000000000001';
const WAIT = { timeout: 60_000, interval: 5 };

async function receiver(answer: (at: number) => { status: number; headers?: Record<string, string> }) {
  const requests: { headers: IncomingHttpHeaders; body: string; path: string | undefined }[] = [];
  const server: Server = createServer(async (request, reply) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    requests.push({ headers: request.headers, body, path: request.url });
    const { status, headers } = answer(requests.length);
    reply.writeHead(status, headers).end('x'.repeat(1_000_000));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}

const message = (url: string): WebhookMessage => ({ url, secret: 'whsec_1', deliveryId: 'd1', body: '{"flags":[]}' });
const flag = (position: number) => ({ flagId: `f${position}`, collectorId: COLLECTOR, position }) as RiskFlag; // what delivery reads of it

describe('sending a webhook', () => {
  it('signs time and body, names the delivery, and takes any 2xx', async () => {
    const { requests, url } = await receiver(() => ({ status: 204 }));
    const sent = await sendWebhook(message(url), { allowLoopback: true, now: () => NOW });
    expect(sent).toEqual({ kind: 'delivered' });
    const [request] = requests;
    const [, seconds, signature] = /^t=(\d+),v1=(\w+)$/.exec(String(request?.headers['tidemark-signature'])) ?? [];
    expect(Number(seconds)).toBe(NOW / 1_000);
    expect(signature).toBe(createHmac('sha256', 'whsec_1').update(`${seconds}.${request?.body}`).digest('hex'));
    expect(request?.headers['tidemark-delivery']).toBe('d1');
  });

  it('follows no redirect and reads no answer', async () => {
    const target = await receiver(() => ({ status: 200 }));
    const { url } = await receiver(() => ({ status: 302, headers: { location: target.url } }));
    const sent = await sendWebhook(message(url), { allowLoopback: true, now: () => NOW });
    expect(sent).toEqual({ kind: 'failed', fault: 'answered with 302' });
    expect(target.requests).toEqual([]);
  });

  it('gives up on who never answers', async () => {
    const server = createServer(() => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const sent = await sendWebhook(message(url), { allowLoopback: true, now: () => NOW, timeoutMs: 50 });
    expect(sent).toEqual({ kind: 'failed', fault: 'no answer within 50 ms' });
  });

  it('gives up on a name that nobody resolves, and sends nothing when it is told after all', async () => {
    const { requests, url } = await receiver(() => ({ status: 200 }));
    let tell = (_found: { address: string; family: number }[]): void => undefined;
    const resolve = () => new Promise<{ address: string; family: number }[]>((told) => (tell = told));
    const sent = await sendWebhook(message(url), { allowLoopback: true, now: () => NOW, resolve, timeoutMs: 20 });
    expect(sent).toEqual({ kind: 'failed', fault: 'no answer within 20 ms' });
    tell([{ address: '127.0.0.1', family: 4 }]);
    await new Promise((passed) => setTimeout(passed, 50));
    expect(requests).toEqual([]);
  });

  it.each([
    ['127.0.0.1', 4],
    ['10.1.2.3', 4],
    ['169.254.169.254', 4],
    ['::1', 6],
    ['::ffff:127.0.0.1', 6],
    ['fd00:ec2::254', 6],
  ])('sends nothing to a name that stands for %s, alone or among public addresses', async (address, family) => {
    const open = { address: '93.184.215.14', family: 4 };
    for (const found of [[{ address, family }], [open, { address, family }]]) {
      const options = { allowLoopback: false, now: () => NOW, resolve: async () => found, timeoutMs: 20 };
      const sent = await sendWebhook(message('https://hook.example/'), options);
      expect(sent).toEqual({ kind: 'failed', fault: 'the name leads to a private, local or reserved address' });
    }
  });

  it('connects to the address it judged, though the name stands for another by then', async () => {
    const { requests, url } = await receiver(() => ({ status: 200 }));
    const asked: string[] = [];
    const resolve = async (host: string) => {
      asked.push(host);
      return [{ address: '127.0.0.1', family: 4 }];
    };
    const named = url.replace('127.0.0.1', 'name-that-resolves-nowhere.invalid');
    const sent = await sendWebhook(message(named), { allowLoopback: true, now: () => NOW, resolve });
    expect(sent).toEqual({ kind: 'delivered' });
    expect(asked).toEqual(['name-that-resolves-nowhere.invalid']);
    expect(requests[0]?.headers.host).toContain('name-that-resolves-nowhere.invalid');
  });

  it('takes only addresses with TLS and without a password, and literal loopback only when the operator says so', async () => {
    expect(faultOfUrl('https://hook.example/a', false)).toBeUndefined();
    expect(faultOfUrl('http://hook.example/', false)).toBe('must begin with https://');
    expect(faultOfUrl('file:///etc/passwd', true)).toBe('must begin with https://');
    expect(faultOfUrl('https://a:b@hook.example/', false)).toBe('must hold no name and password');
    expect(faultOfUrl('hook', false)).toBe('is no address');
    for (const url of ['https://127.0.0.1/', 'https://[::1]/', 'https://0x7f.1/', 'https://[::ffff:127.0.0.1]/']) {
      const sent = await sendWebhook(message(url), { allowLoopback: false, now: () => NOW, timeoutMs: 20 });
      expect(sent.kind === 'failed' && sent.fault).toContain('private, local or reserved');
    }
  });
});

describe('the webhooks of a workspace', () => {
  function open(
    change: Partial<DeliverWebhooksOptions> & Pick<DeliverWebhooksOptions, 'send'>,
    flags: readonly RiskFlag[],
  ) {
    let saved: readonly Webhook[] = [];
    const deliver = createDeliverWebhooks({
      webhooks: [],
      save: async (webhooks) => {
        saved = webhooks;
      },
      readFlags: async (_workspace, after: FlagPositions, _filter, limit) =>
        flags.filter(({ position }) => position > (after[COLLECTOR] ?? 0)).slice(0, limit),
      logger: createLogger('silent'),
      now: () => NOW,
      random: () => 0,
      retry: { baseMs: 1, maxMs: 1 },
      ...change,
    });
    onTestFinished(() => deliver.stop());
    return { deliver, saved: () => saved };
  }
  const flagsIn = ({ body }: WebhookMessage) => (JSON.parse(body) as { flags: { flagId: string }[] }).flags;

  it('get each flag at least once, in order, under one id however often it is tried, and survive a restart', async () => {
    const sent: WebhookMessage[] = [];
    const flags = Array.from({ length: 150 }, (_, n) => flag(n + 1));
    const send = async (one: WebhookMessage): Promise<SendOutcome> => {
      sent.push(one);
      return sent.length < 3 ? { kind: 'failed', fault: 'answered with 500' } : { kind: 'delivered' };
    };
    const { deliver, saved } = open({ send }, flags);
    const { secret } = await deliver.add('shop', 'https://hook.example/', {}, '');
    expect(secret).toMatch(/^whsec_[0-9a-f]{64}$/);
    await expect.poll(() => sent.length, WAIT).toBe(4);
    expect(sent.slice(2).flatMap(flagsIn)).toEqual(flags);
    expect(new Set(sent.slice(0, 3).map(({ deliveryId }) => deliveryId)).size).toBe(1);
    expect(sent[3]?.deliveryId).not.toBe(sent[2]?.deliveryId);
    await expect.poll(() => saved()[0]?.failures, WAIT).toBe(0);

    flags.push(flag(151));
    const later: WebhookMessage[] = [];
    const take = async (one: WebhookMessage): Promise<SendOutcome> => {
      later.push(one);
      return { kind: 'delivered' };
    };
    const again = open({ webhooks: saved(), send: take }, flags);
    again.deliver.poke();
    await expect.poll(() => later.flatMap(flagsIn).map(({ flagId }) => flagId), WAIT).toEqual(['f151']);
  });

  it('are parked after a day of failures, and go on when they are sent again', async () => {
    let now = NOW;
    let isUp = false;
    const sent: WebhookMessage[] = [];
    const send = async (one: WebhookMessage): Promise<SendOutcome> => {
      sent.push(one);
      now += DAY_MS / 2;
      return isUp ? { kind: 'delivered' } : { kind: 'failed', fault: 'answered with 503' };
    };
    const { deliver } = open({ send, now: () => now }, [flag(1)]);
    const { webhookId } = await deliver.add('shop', 'https://hook.example/', {}, '');
    await expect.poll(() => deliver.list('shop')[0]?.state, WAIT).toBe('parked');
    expect(deliver.list('shop')[0]).toMatchObject({ lastFault: 'answered with 503', failures: 3 });
    deliver.poke();
    isUp = true;
    expect(await deliver.resend('another', webhookId)).toBeUndefined();
    expect(sent).toHaveLength(3);
    await deliver.resend('shop', webhookId);
    await expect.poll(() => sent.length, WAIT).toBe(4);
    await expect.poll(() => deliver.list('shop')[0]?.cursor, WAIT).not.toBe('');
    await deliver.resend('shop', webhookId, '');
    await expect.poll(() => sent.length, WAIT).toBe(5);
    expect(sent[4]?.deliveryId).toBe(sent[3]?.deliveryId);
    expect(await deliver.remove('shop', webhookId)).toBe(true);
    expect(deliver.list('shop')).toEqual([]);
  });

  it('do not wait for one another', async () => {
    const reached: string[] = [];
    const send = (one: WebhookMessage): Promise<SendOutcome> => {
      if (one.url.includes('dead'))
        return new Promise((resolve) => setTimeout(() => resolve({ kind: 'failed', fault: 'dead' }), 200));
      reached.push(one.url);
      return Promise.resolve({ kind: 'delivered' });
    };
    const { deliver } = open({ send }, [flag(1)]);
    await deliver.add('shop', 'https://dead.example/', {}, '');
    await deliver.add('shop', 'https://alive.example/', {}, '');
    await expect.poll(() => reached, WAIT).toEqual(['https://alive.example/']);
  });
});
