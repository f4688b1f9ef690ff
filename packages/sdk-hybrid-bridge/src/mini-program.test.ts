// @vitest-environment happy-dom
import { type BridgeIdentity, brandId } from '@tidemark/protocol';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createBridgedPerson } from '../../../test/fixtures/bridged-person.js';
import { miniProgram } from './mini-program.js';
import type { PageEvent } from './page.js';

const T = 1_800_000_000_000;
const GIVEN = {
  visitorId: '01a00000-0000-7000-8000-000000000001',
  sessionId: '01a00000-0000-7000-8000-000000000002',
  sessionStartedAt: T - 1_000,
  at: [T + 600_000, 3],
};

const OWN: BridgeIdentity = {
  visitorId: brandId('01a00000-0000-7000-8000-000000000007'),
  sessionId: brandId('01a00000-0000-7000-8000-000000000008'),
  sessionStartedAt: T - 500,
};

describe('miniProgram', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: T });
    return () => {
      vi.useRealTimers();
      for (const name of ['__wxjs_environment', 'wx']) Reflect.deleteProperty(window, name);
      history.replaceState(null, '', '/');
    };
  });

  function start(address: string, environment: string) {
    const posted: unknown[] = [];
    Object.assign(window, {
      __wxjs_environment: environment,
      wx: { miniProgram: { postMessage: (message: unknown) => posted.push(message) } },
    });
    history.replaceState(null, '', address);
    const person = createBridgedPerson(OWN);
    const readers: ((event: PageEvent) => object)[] = [];
    const onHide: (() => void)[] = [];
    miniProgram()({
      clock: { now: () => Date.now() },
      ...person.parts,
      consent: { purposes: () => ({}), decide: () => undefined },
      emit: () => undefined,
      atEvent: (read) => void readers.push(read),
      onConsent: () => undefined,
      onHide: (listener) => void onHide.push(listener),
      carry: () => undefined,
      send: () => undefined,
    });
    return {
      posted,
      identity: person.identity,
      event: (event: PageEvent) => readers.map((read) => read(event))[0],
      hide: () => onHide.map((listener) => listener()),
    };
  }
  const address = (given: unknown) => `/shop?tidemark=${encodeURIComponent(JSON.stringify(given))}`;

  it('takes visitor, session and clock from the address, and posts what was shown when the page is hidden', () => {
    const page = start(address(GIVEN), 'miniprogram');
    const { at: _, ...identity } = GIVEN;
    expect(page.identity()).toEqual(identity);
    page.hide();
    expect(page.posted).toEqual([]);
    expect(page.event({ type: 'page_view', page: '/shop', template: 'list' })).toEqual({
      logicalMs: T + 600_000,
      logicalCount: 4,
    });
    page.event({ type: 'exposure', module: 'rates' });
    page.hide();
    expect(page.posted).toEqual([
      { data: expect.objectContaining({ type: 'view', page: '/shop', template: 'list', modules: ['rates'] }) },
    ]);
  });

  it.each([
    ['nothing', '/shop'],
    ['no JSON', '/shop?tidemark=%7B'],
    ['null', '/shop?tidemark=null'],
    ['no stamp', address({ ...GIVEN, at: 'now' })],
  ])('stamps by its own clock where the address says %s', (_, url) => {
    const page = start(url, 'miniprogram');
    expect(page.identity()).toEqual(OWN);
    expect(page.event({ type: 'custom' })).toEqual({ logicalMs: T, logicalCount: 0 });
  });

  it('believes no address in a plain browser', () => {
    const page = start(address(GIVEN), 'browser');
    expect(page.identity()).toEqual(OWN);
    expect(page.event({ type: 'custom' })).toBeUndefined();
  });
});
