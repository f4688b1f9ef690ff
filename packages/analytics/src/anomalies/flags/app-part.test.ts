import type { AppPart } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { appPartId, parseAppPart } from './app-part.js';

describe('a part of the app', () => {
  it.each<AppPart>([
    { part: 'surface', surface: 'h5' },
    { part: 'page', page: '/products/on sale on monday', surface: 'native' },
    { part: 'release', release: '2.4.1' },
    { part: 'deliveries' },
    { part: 'all surfaces' },
  ])('is read from its name: %o', (part) => {
    expect(parseAppPart(appPartId(part))).toEqual(part);
  });

  it('is not read from what is none', () => {
    for (const id of ['', 'shop', 'surface ', 'page home', 'pages']) expect(parseAppPart(id)).toBeUndefined();
  });
});
