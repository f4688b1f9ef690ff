import { expect, it } from 'vitest';
import { workspacePartOf } from './workspace-part-of.js';

it('is none of a roll-up, even where its workspace has the name of a part', () => {
  const entity = { kind: 'workspace', id: 'deliveries' } as const;
  expect(workspacePartOf({ entity, rolledUp: 0 })).toEqual({ part: 'deliveries' });
  expect(workspacePartOf({ entity, rolledUp: 3 })).toBeUndefined();
  expect(workspacePartOf({ entity: { kind: 'user', id: 'deliveries' }, rolledUp: 0 })).toBeUndefined();
});
