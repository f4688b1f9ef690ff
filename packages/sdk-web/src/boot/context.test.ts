// @vitest-environment happy-dom
import { brandId, type ConsentByPurpose } from '@tidemark/protocol';
import { batchContextSchema } from '@tidemark/protocol/schema';
import { describe, expect, it, vi } from 'vitest';
import type { ClockOffset } from '../browser/clock.js';
import type { InitOptions } from './client.js';
import { createContext } from './context.js';

const T = 1_800_000_000_000;
const id = '01a00000-0000-7000-8000-000000000000';

function create(options: object = {}, stored: Record<string, string> = {}) {
  const kept = new Map(Object.entries(stored));
  const given = { endpoint: '', writeKey: '', ...options } as InitOptions; // wrong on purpose, in places
  const now: { steps: number; offset: ClockOffset | undefined; purposes: ConsentByPurpose; visitorId: string } = {
    steps: 0,
    offset: undefined,
    purposes: {},
    visitorId: id,
  };
  let sessions = 0;
  const context = createContext(given, {
    storage: {
      get: (name) => kept.get(name),
      set: (name, value) => void kept.set(name, value),
      persist: () => undefined,
      clear: () => kept.clear(),
    },
    visitor: { id: () => brandId(now.visitorId) },
    sessions: {
      at(startedAt) {
        sessions++;
        return { sessionId: brandId(id), startedAt };
      },
    },
    clock: { steps: () => now.steps, offset: () => now.offset },
    purposes: () => now.purposes,
  });
  /** As the collector sees it; a context that it refuses costs all events of the batch. */
  const sent = (json = context.at(T)) => batchContextSchema.parse({ ...JSON.parse(json), queueId: id });
  return { context, sent, kept, now, sessions: () => sessions };
}

describe('createContext', () => {
  it('tells what it knows', () => {
    const { context, sent, now } = create({ appId: 'shop', release: '1.2', surface: 'native' });
    context.identify('u1');
    now.purposes = { analytics: 'granted', marketing: 'denied' };
    now.offset = { offsetMs: 60_000, errorMs: 50 };
    now.steps = 2;
    expect(sent()).toMatchObject({
      appId: 'shop',
      release: '1.2',
      surface: 'native',
      userId: 'u1',
      consent: { analytics: 'granted', marketing: 'denied' },
      sessionStartedAt: T,
      clockOffsetMs: 60_000,
      clockErrorMs: 50,
      clockSteps: 2,
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

  it('says nothing of consent before a decision, and nothing of a clock that nobody has measured', () => {
    const sent = create().sent();
    for (const name of ['consent', 'clockOffsetMs', 'clockErrorMs', 'clockSteps'])
      expect(sent).not.toHaveProperty(name);
  });

  it('forgets who was identified, for the next page too', () => {
    const { context, sent, kept } = create();
    context.identify('u1');
    context.forget();
    expect(sent()).not.toHaveProperty('userId');
    expect(create({}, Object.fromEntries(kept)).sent()).not.toHaveProperty('userId');
  });

  it('stays the same text for as long as nothing changes, whatever the clock is measured at within a second', () => {
    const { context, now } = create();
    const first = context.at(T);
    now.offset = { offsetMs: 60_000, errorMs: 500 };
    const measured = context.at(T);
    expect(measured).not.toBe(first);
    now.offset = { offsetMs: 61_000, errorMs: 400 };
    expect(context.at(T)).toBe(measured);
    now.offset = { offsetMs: 61_001, errorMs: 300 };
    expect(JSON.parse(context.at(T))).toMatchObject({ clockOffsetMs: 61_001, clockErrorMs: 300 });
  });

  it('belongs to the epoch of the clock that it was made in, and takes its offset from no other', () => {
    const { context, now } = create();
    now.offset = { offsetMs: 60_000, errorMs: 50 };
    const before = context.at(T);
    now.steps = 1;
    now.offset = undefined;
    const after = context.at(T);
    expect(JSON.parse(after)).not.toHaveProperty('clockOffsetMs');
    expect([context.epochOf(before), context.epochOf(after), context.epochOf('{}')]).toEqual([0, 1, undefined]);
  });

  it('is never that of another when it could not be written once', () => {
    const { context, sent, now } = create();
    sent();
    now.visitorId = '01a00000-0000-7000-8000-000000000001';
    vi.spyOn(JSON, 'stringify').mockImplementationOnce(() => {
      throw new Error('the page');
    });
    expect(() => context.at(T)).toThrow('the page');
    expect(sent().visitorId).toBe(now.visitorId);
    vi.restoreAllMocks();
  });

  it('is as of the last event for an event that tells of the past', () => {
    const { context, now, sessions } = create();
    expect(context.last()).toBe('');
    const last = context.at(T);
    now.visitorId = '01a00000-0000-7000-8000-000000000001';
    context.forget();
    expect(context.last()).toBe(last);
    expect(sessions()).toBe(1);
  });

  it('is of the epoch in which that event was timed, in the session of the last one', () => {
    const { context, now, sessions, sent } = create();
    context.at(T);
    now.steps = 1;
    const last = context.last();
    expect(context.epochOf(last)).toBe(1);
    expect(sent(last)).toMatchObject({ sessionStartedAt: T, clockSteps: 1 });
    expect(sessions()).toBe(1);
  });
});
