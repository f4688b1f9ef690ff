import type { LiveEvent } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { parseLiveEvent } from './parse-live-event.js';

const event: LiveEvent = {
  eventId: 'e1',
  type: 'click',
  label: 'buy',
  page: '/funds',
  surface: 'h5',
  appId: 'shop',
  visitorId: 'v1',
  sessionId: 's1',
  occurredAt: 1_000,
  receivedAt: 1_500,
};

describe('parseLiveEvent', () => {
  it('reads an event', () => {
    expect(parseLiveEvent(JSON.stringify(event))).toEqual(event);
  });

  it.each([
    ['no JSON', '{'],
    ['no object', '"text"'],
    ['null', 'null'],
    ['a type it does not know', JSON.stringify({ ...event, type: 'teleport' })],
    ['a surface it does not know', JSON.stringify({ ...event, surface: 'tv' })],
    ['a missing text', JSON.stringify({ ...event, visitorId: undefined })],
    ['a time that is no number', JSON.stringify({ ...event, receivedAt: '2026-01-01' })],
  ])('refuses %s', (_what, data) => {
    expect(parseLiveEvent(data)).toBeUndefined();
  });
});
