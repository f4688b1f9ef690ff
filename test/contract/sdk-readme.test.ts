import { readFileSync } from 'node:fs';
import * as sdk from '@tidemark/sdk-web';
import { expect, it } from 'vitest';

const NO_FEATURES = ['debug', 'encryptAtRest', 'init', 'maskPersonalData'];

it('the page of the SDK lists every feature there is', () => {
  const page = readFileSync(new URL('../../packages/sdk-web/README.md', import.meta.url), 'utf8');
  const listed = [...page.matchAll(/^\| `(\w+)\(/gm)].map(([, name]) => name);
  expect(listed).toEqual(
    Object.keys(sdk)
      .filter((name) => !NO_FEATURES.includes(name))
      .sort(),
  );
});
