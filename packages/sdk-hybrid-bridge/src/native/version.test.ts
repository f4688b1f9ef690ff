import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { BRIDGE_VERSION } from './version.js';

it('is the version of the package', () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  expect(BRIDGE_VERSION).toBe((JSON.parse(text) as { readonly version: string }).version);
});
