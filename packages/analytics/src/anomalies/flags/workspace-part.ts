import type { WorkspacePart } from '@tidemark/protocol';

/** Those that an app gives no name to. */
const UNNAMED: readonly WorkspacePart[] = [
  { part: 'deliveries' },
  { part: 'all surfaces' },
  { part: 'model', side: 'subscribe' },
  { part: 'model', side: 'sell' },
  { part: 'model inputs', side: 'subscribe' },
  { part: 'model inputs', side: 'sell' },
];

/** As the entity of a flag of a workspace is named. */
export function workspacePartId(one: WorkspacePart): string {
  switch (one.part) {
    case 'surface':
      return `surface ${one.surface}`;
    case 'page':
      return `page ${one.page} on ${one.surface}`;
    case 'release':
      return `release ${one.release}`;
    case 'model':
    case 'model inputs':
      return `${one.part} ${one.side}`;
    default:
      return one.part;
  }
}

/** @returns undefined for what names no part, such as a workspace as a whole. */
export function parseWorkspacePart(id: string): WorkspacePart | undefined {
  const unnamed = UNNAMED.find((one) => workspacePartId(one) === id);
  if (unnamed) return unnamed;
  const [, part, name = ''] = /^(surface|page|release) (.+)$/.exec(id) ?? [];
  if (part === 'surface') return { part, surface: name };
  if (part === 'release') return { part, release: name };
  const [, page, surface] = /^(.*) on (\S+)$/.exec(name) ?? []; // a surface has no spaces, a page may
  return page === undefined || surface === undefined ? undefined : { part: 'page', page, surface };
}
