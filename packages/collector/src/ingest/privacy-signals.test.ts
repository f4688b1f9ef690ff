import type { ConsentByPurpose } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { signalledConsent, withSignals } from './privacy-signals.js';

type Context = { readonly appId: string; readonly consent?: ConsentByPurpose };

const BOTH = { gpc: true, dnt: true };
const ALL = { analytics: 'denied', marketing: 'denied', risk: 'denied' };

describe('signals of a browser', () => {
  it.each([
    ['Global Privacy Control denies marketing', { 'sec-gpc': '1' }, BOTH, { marketing: 'denied' }],
    ['Do Not Track denies all', { dnt: '1' }, BOTH, ALL],
    ['together the wider one holds', { 'sec-gpc': '1', dnt: '1' }, BOTH, ALL],
    ['only 1 is a signal', { 'sec-gpc': '0', dnt: '0' }, BOTH, {}],
    ['what is not honoured says nothing', { 'sec-gpc': '1', dnt: '1' }, { gpc: false, dnt: false }, {}],
    ['no headers, no signal', undefined, BOTH, {}],
  ] as const)('%s', (_, headers, honoured, expected) => {
    expect(signalledConsent(headers, honoured)).toEqual(expected);
  });

  it('give way to what the person decided, and leave the rest as it is', () => {
    const context = { appId: 'shop', consent: { marketing: 'granted', risk: 'granted' } } as const;
    expect(withSignals(context, { marketing: 'denied', analytics: 'denied' })).toEqual({
      appId: 'shop',
      consent: { analytics: 'denied', marketing: 'granted', risk: 'granted' },
    });
    expect(withSignals(context, {})).toBe(context);
    expect(withSignals<Context>({ appId: 'shop' }, { marketing: 'denied' })).toEqual({
      appId: 'shop',
      consent: { marketing: 'denied' },
    });
  });
});
