import { describe, expect, it } from 'vitest';
import { createLogger } from '../../observe/logger.js';
import { createMetrics } from '../../observe/metrics.js';
import { readConfig } from '../config.js';
import { createHttpApp } from './http-app.js';

const PROXY = '10.0.0.1';
const SENDER = '203.0.113.7';
const FORGED = '198.51.100.1';

/** The address that a request counts as sent from. */
async function addressOf(trust: string, from: string, forwardedFor: string): Promise<string> {
  const { trustProxy } = readConfig({ TIDEMARK_TRUST_PROXY: trust });
  const app = createHttpApp(trustProxy, createLogger('silent'), createMetrics());
  app.get('/', async (request) => request.ip);
  const answer = await app.inject({ url: '/', remoteAddress: from, headers: { 'x-forwarded-for': forwardedFor } });
  return answer.body;
}

describe('the address of a sender', () => {
  it.each([
    ['without a proxy is that of its connection', '0', SENDER, FORGED],
    ['behind one proxy is what the proxy added, not what the sender wrote', '1', PROXY, `${FORGED}, ${SENDER}`],
    ['behind two proxies is what the outer one added', '2', PROXY, `${FORGED}, ${SENDER}, 10.0.0.2`],
    [
      'behind proxies of known addresses is the first that is none of theirs',
      '10.0.0.0/8',
      PROXY,
      `${FORGED}, ${SENDER}, 10.0.0.2`,
    ],
    ['that comes around the proxy is that of its connection', '10.0.0.1, ::1', SENDER, FORGED],
  ])('%s', async (_, trust, from, forwardedFor) => {
    expect(await addressOf(trust, from, forwardedFor)).toBe(SENDER);
  });
});
