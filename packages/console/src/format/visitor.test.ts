import { describe, expect, it } from 'vitest';
import { shortVisitorId, VISITOR_COLOURS, visitorColour } from './visitor.js';

const ids = Array.from({ length: 500 }, (_, index) => `0190a5c8-0000-7000-8000-${String(index).padStart(12, '0')}`);

describe('shortVisitorId', () => {
  it('tells apart ids that begin alike, as ids made in the same second do', () => {
    expect(new Set(ids.map(shortVisitorId)).size).toBe(ids.length);
  });
});

describe('visitorColour', () => {
  it('is the same for the same id and within the palette for all', () => {
    for (const id of ids) {
      expect(visitorColour(id)).toBe(visitorColour(id));
      expect(visitorColour(id)).toBeGreaterThanOrEqual(0);
      expect(visitorColour(id)).toBeLessThan(VISITOR_COLOURS);
    }
  });

  it('uses the whole palette', () => {
    expect(new Set(ids.map(visitorColour)).size).toBe(VISITOR_COLOURS);
  });
});
