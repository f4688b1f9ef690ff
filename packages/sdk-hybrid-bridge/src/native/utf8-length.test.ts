import { expect, it } from 'vitest';
import { utf8Length } from './utf8-length.js';

it('is what TextEncoder makes of a text', () => {
  for (const text of ['', 'a', 'é', '海港30', '🌊', 'a🌊海é\u007f\u0080\u07ff\u0800\uffff']) {
    expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
  }
});
