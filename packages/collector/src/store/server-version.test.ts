import { expect, it } from 'vitest';
import { isTooOld, LEAST_CLICKHOUSE } from './server-version.js';

it.each([
  ['18.16.1', true],
  ['24.8.14.39', true],
  ['24.11.5.49', true],
  ['9.99', true],
  [LEAST_CLICKHOUSE, false],
  ['24.12.1.1614.altinitystable', false],
  ['25.3.2.39', false],
  ['26.7.2.1', false],
  ['100.1', false],
  ['', false],
  ['head', false],
])('a server of version %s is too old: %s', (version, tooOld) => {
  expect(isTooOld(version)).toBe(tooOld);
});
