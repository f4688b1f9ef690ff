import { expect, it } from 'vitest';
import { deriveStatus } from './status.js';

it.each([
  ['connecting', 'unknown', false, 'connecting'],
  ['waiting', 'unknown', false, 'reconnecting'],
  ['connecting', 'unknown', true, 'reconnecting'],
  ['live', 'unknown', true, 'live'],
  ['live', 'ready', true, 'live'],
  ['live', 'starting', true, 'store-starting'],
  ['live', 'down', true, 'store-down'],
] as const)('stream %s, store %s, seen live before: %s reads %s', (stream, store, everLive, state) => {
  expect(deriveStatus(stream, store, everLive).state).toBe(state);
});
