import { describe, expect, it } from 'vitest';
import { DEFAULT_CHOICE, formatChoice, parseChoice, SURFACE_CHOICES, TIME_RANGES } from './choice.js';

describe('a choice in the address', () => {
  it('comes back as it went in, whatever was chosen', () => {
    for (const range of TIME_RANGES) {
      for (const surface of SURFACE_CHOICES) {
        expect(parseChoice(formatChoice({ range, surface }))).toEqual({ range, surface });
      }
    }
  });

  it('is not there when it is the default', () => {
    expect(formatChoice(DEFAULT_CHOICE)).toBe('');
  });

  it('falls back to the default where it is not known', () => {
    expect(parseChoice('?range=century&surface=tv')).toEqual(DEFAULT_CHOICE);
  });
});
