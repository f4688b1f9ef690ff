import type { WorkspacePart } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { parseWorkspacePart, workspacePartId } from './workspace-part.js';

describe('a part of a workspace', () => {
  it.each<WorkspacePart>([
    { part: 'surface', surface: 'h5' },
    { part: 'page', page: '/products/on sale on monday', surface: 'native' },
    { part: 'release', release: '2.4.1' },
    { part: 'deliveries' },
    { part: 'all surfaces' },
    { part: 'model', side: 'subscribe' },
    { part: 'model inputs', side: 'sell' },
  ])('is read from its name: %o', (part) => {
    expect(parseWorkspacePart(workspacePartId(part))).toEqual(part);
  });

  it('is not read from what is none', () => {
    for (const id of ['', 'shop', 'surface ', 'page home', 'pages', 'model', 'model inputs'])
      expect(parseWorkspacePart(id)).toBeUndefined();
  });
});
