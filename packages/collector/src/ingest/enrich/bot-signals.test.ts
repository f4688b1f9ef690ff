import { describe, expect, it } from 'vitest';
import { makeBatch } from '../../../../../test/fixtures/batches.js';
import { type BrowserHeaders, botSignals } from './bot-signals.js';
import { createDescribeAgent } from './describe-agent.js';

const describeAgent = createDescribeAgent((text) => text);
const AGENT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';
const BROWSER: BrowserHeaders = { 'accept-language': 'zh-CN,zh;q=0.9', 'accept-encoding': 'gzip, deflate' };

function signs(
  context: Parameters<typeof makeBatch>[0] & object = {},
  headers: BrowserHeaders | undefined = BROWSER,
  userAgent = AGENT,
): string[] {
  return botSignals(describeAgent(userAgent), makeBatch(context).context, headers);
}

describe('bot signals', () => {
  it('are none for a browser', () => {
    expect(signs()).toEqual([]);
    expect(signs({ context: { device: { webdriver: false } } })).toEqual([]);
  });

  it.each([
    ['a robot', {}, BROWSER, 'Googlebot/2.1', ['robot_agent']],
    [
      'a browser without a screen',
      {},
      BROWSER,
      AGENT.replace('Chrome', 'HeadlessChrome'),
      ['robot_agent', 'headless_agent'],
    ],
    [
      'one that only its hints give away',
      {},
      { ...BROWSER, 'sec-ch-ua': '"HeadlessChrome";v="120"' },
      AGENT,
      ['headless_agent'],
    ],
    ['a browser that is driven', { context: { device: { webdriver: true } } }, BROWSER, AGENT, ['webdriver']],
    ['no agent', {}, BROWSER, '', ['no_agent']],
    ['no language', {}, { 'accept-encoding': 'gzip' }, AGENT, ['no_language']],
    ['any language', {}, { ...BROWSER, 'accept-language': '*' }, AGENT, ['no_language']],
    ['no compression', {}, { 'accept-language': 'de' }, AGENT, ['no_encoding']],
  ])('tell of %s', (_, context, headers, userAgent, expected) => {
    expect(signs(context, headers, userAgent)).toEqual(expected);
  });

  it('are not looked for in the headers of what sends for another', () => {
    expect(signs({ context: { surface: 'native' } }, {})).toEqual([]);
    expect(signs({ context: { userAgent: AGENT } }, {})).toEqual([]);
    expect(botSignals(describeAgent(AGENT), makeBatch().context, undefined)).toEqual([]);
  });
});
