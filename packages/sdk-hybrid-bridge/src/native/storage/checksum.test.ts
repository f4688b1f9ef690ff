import { expect, it } from 'vitest';
import { checksum } from './checksum.js';

it('is the CRC-32 of the standard', () => {
  // The check value of CRC-32/ISO-HDLC in the catalogue of parametrised CRC algorithms (G. Cook).
  expect(checksum('123456789')).toBe('cbf43926');
  expect(checksum('')).toBe('00000000');
  expect(checksum('The quick brown fox jumps over the lazy dog')).toBe('414fa339');
});
