import type { AppPart } from '@tidemark/protocol';

/** As the entity of a flag of a workspace is named. */
export function appPartId(one: AppPart): string {
  switch (one.part) {
    case 'surface':
      return `surface ${one.surface}`;
    case 'page':
      return `page ${one.page} on ${one.surface}`;
    case 'release':
      return `release ${one.release}`;
    default:
      return one.part;
  }
}

/** @returns undefined for what names no part of an app, such as a workspace as a whole. */
export function parseAppPart(id: string): AppPart | undefined {
  if (id === 'deliveries' || id === 'all surfaces') return { part: id };
  const [, part, name = ''] = /^(surface|page|release) (.+)$/.exec(id) ?? [];
  if (part === 'surface') return { part, surface: name };
  if (part === 'release') return { part, release: name };
  const [, page, surface] = /^(.*) on (\S+)$/.exec(name) ?? []; // a surface has no spaces, a page may
  return page === undefined || surface === undefined ? undefined : { part: 'page', page, surface };
}
