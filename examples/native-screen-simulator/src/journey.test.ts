import { describe, expect, it } from 'vitest';
import { createJourney } from './journey.js';

const context = { sessionId: 's', surface: 'h5' };
const event = (eventId: string, seq: number, logicalMs?: number, logicalCount?: number) => ({
  eventId,
  type: 'click',
  seq,
  occurredAt: 1_000,
  ...(logicalMs === undefined ? {} : { logicalMs, logicalCount }),
});

describe('the journey', () => {
  it('is in the order of the logical clock, its count, and the number', () => {
    const journey = createJourney();
    const events = [event('d', 1, 2_000, 1), event('c', 9, 2_000, 0), event('b', 2), event('a', 1)];
    journey.sent({ context, events }, 'host');
    expect(journey.steps().map(({ eventId }) => eventId)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('tells of an event that went both ways once, by the way that was first', () => {
    const journey = createJourney();
    journey.held(JSON.stringify({ context, event: event('a', 1) }));
    expect(journey.steps()).toMatchObject([{ state: 'held' }]);
    journey.sent({ context, events: [event('a', 1)] }, 'page');
    journey.sent({ context, events: [event('a', 1)] }, 'host');
    expect(journey.steps()).toMatchObject([{ eventId: 'a', state: 'http' }]);
    expect(journey.countOfPages()).toBe(1);
  });
});
