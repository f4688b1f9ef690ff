// @vitest-environment happy-dom
import { brandId } from '@tidemark/protocol';
import { batchContextSchema } from '@tidemark/protocol/schema';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { InitOptions } from './client.js';
import { createContext } from './context.js';

const T = 1_800_000_000_000;
const id = '01a00000-0000-7000-8000-000000000000';

function create(options: object = {}, stored: Record<string, string> = {}) {
  const kept = new Map(Object.entries(stored));
  const given = { endpoint: '', writeKey: '', ...options } as InitOptions; // wrong on purpose, in places
  const context = createContext(given, {
    storage: { get: (name) => kept.get(name), set: (name, value) => void kept.set(name, value) },
    visitorId: brandId(id),
    sessionAt: (now) => ({ sessionId: brandId(id), startedAt: now }),
  });
  /** As the collector sees it; a context that it refuses costs all events of the batch. */
  const sent = () => batchContextSchema.parse({ ...JSON.parse(JSON.stringify(context.at(T))), queueId: id });
  return { context, sent, kept };
}

describe('createContext', () => {
  it('tells what it knows', () => {
    const { context, sent } = create({ appId: 'shop', release: '1.2', surface: 'native' });
    context.identify('u1');
    context.consent({ analytics: 'granted' });
    context.consent({ marketing: 'denied' });
    expect(sent()).toMatchObject({
      appId: 'shop',
      release: '1.2',
      surface: 'native',
      userId: 'u1',
      consent: { analytics: 'granted', marketing: 'denied' },
      sessionStartedAt: T,
    });
  });

  it('knows the user of an earlier page', () => {
    expect(create({}, { user: 'u1' }).sent().userId).toBe('u1');
  });

  it.each([
    ['texts that are too long', { appId: 'a'.repeat(999), release: 'r'.repeat(999) }],
    ['empty ones', { appId: '', release: '' }],
    ['numbers', { appId: 7, release: 1.2 }],
    ['nulls', { appId: null, release: null, surface: null }],
    ['a surface that there is not', { surface: 'web' }],
  ])('is one the collector takes for %s', (_, options) => {
    expect(create(options).sent().surface).toBe('h5');
  });

  it.each(['u'.repeat(999), '', 7, null, undefined])(
    'takes %s for a user and stays one the collector takes',
    (userId) => {
      const { context, sent, kept } = create({}, { user: 'v'.repeat(999) });
      expect(sent().userId).toHaveLength(128);
      context.identify(userId as string);
      sent();
      expect(create({}, Object.fromEntries(kept)).sent()).toMatchObject(sent());
    },
  );

  it('takes of a decision what the protocol knows', () => {
    const { context, sent } = create();
    const decided = { analytics: true, marketing: 'denied', cookies: 'granted', risk: '' };
    expect(context.consent(decided as object)).toEqual({ marketing: 'denied' });
    expect(sent().consent).toEqual({ marketing: 'denied' });
  });

  it('leaves out what the browser does not tell', () => {
    vi.spyOn(navigator, 'language', 'get').mockReturnValue('');
    vi.stubGlobal('screen', { width: 412.5, height: -1 });
    onTestFinished(() => {
      vi.unstubAllGlobals();
      vi.restoreAllMocks();
    });
    const { device } = create().sent();
    expect(device).not.toHaveProperty('locale');
    expect(device?.screenWidth).toBe(413);
    expect(device).not.toHaveProperty('screenHeight');
  });
});
