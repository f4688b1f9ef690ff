import { describe, expect, it } from 'vitest';
import { DEFAULT_CHOICE, formatChoice, PAGE_VIEWS, parseChoice, SURFACE_CHOICES, TIME_RANGES } from './choice.js';

describe('a choice in the address', () => {
  it('comes back as it went in, whatever was chosen', () => {
    for (const range of TIME_RANGES) {
      for (const surface of SURFACE_CHOICES) {
        for (const view of PAGE_VIEWS) {
          expect(parseChoice(formatChoice({ view, range, surface }))).toEqual({ view, range, surface });
        }
      }
    }
  });

  it('is not there when it is the default', () => {
    expect(formatChoice(DEFAULT_CHOICE)).toBe('');
  });

  it('falls back to the default where it is not known', () => {
    expect(parseChoice('?view=moon&range=century&surface=tv')).toEqual(DEFAULT_CHOICE);
  });
});
