import { brandId, type VisitorId } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { readVisitorCookie, setVisitorCookie } from './visitor-cookie.js';

const DAY_MS = 86_400_000;
const NOW = 20_500 * DAY_MS + 1;
const visitor = brandId<VisitorId>('0198c0de-3333-7000-8000-000000000001');
const other = brandId<VisitorId>('0198c0de-3333-7000-8000-000000000002');
const NAME = 'tidemark_visitor_c2hvcA'; // base64url of "shop"

const set = (header: string | undefined, workspaceId = 'shop', now = NOW, secure = true) =>
  setVisitorCookie(readVisitorCookie(header, workspaceId), workspaceId, visitor, now, secure);

describe('the visitor cookie', () => {
  it('is out of reach of scripts and other sites, and lasts as long as browsers let it', () => {
    const attributes = 'Path=/v1; Max-Age=34560000; HttpOnly; SameSite=Lax';
    expect(set(undefined)).toBe(`${NAME}=${visitor}.20500; ${attributes}; Secure`);
    expect(set(undefined, 'shop', NOW, false)).toBe(`${NAME}=${visitor}.20500; ${attributes}`);
  });

  it('comes back as the visitor, among whatever else the site keeps', () => {
    const header = `theme=dark;${NAME}=${visitor.toUpperCase()}.20500; ${NAME}x=${other}.1; tidemark_visitor_=${other}`;
    expect(readVisitorCookie(header, 'shop')).toEqual({ visitorId: visitor, setOnDay: 20_500 });
    expect(readVisitorCookie(`${NAME}=${visitor}`, 'shop')).toEqual({ visitorId: visitor, setOnDay: undefined });
  });

  it('is that of one workspace', () => {
    const header = `${NAME}=${visitor}.20500`;
    for (const workspaceId of ['sho', 'shops', 'SHOP', '', 'c2hvcA']) {
      expect(readVisitorCookie(header, workspaceId), workspaceId).toBeUndefined();
    }
  });

  it.each([
    '',
    visitor.slice(1),
    `${visitor}0`,
    `x${visitor}`,
    `"${visitor}"`,
    `${visitor}.1.2`,
    `.${visitor}`,
    `${visitor}\r\nSet-Cookie: a=b`,
    '<script>',
    '%30198c0de-3333-7000-8000-000000000001',
    `${'0'.repeat(10_000)}`,
  ])('is nothing when it holds %j', (value) => {
    expect(readVisitorCookie(`${NAME}=${value}`, 'shop')).toBeUndefined();
  });

  it.each(['shop', 'a b', 'a;b=c', 'a\r\nSet-Cookie: x=y', 'Läden 漢字', '__proto__', '='])(
    'holds a name and a value that break no header, for a workspace called %j',
    (workspaceId) => {
      const cookie = set(undefined, workspaceId) ?? '';
      expect(cookie).toMatch(/^tidemark_visitor_[\w-]+=[0-9a-f-]{36}\.\d+; Path=\/v1; [\w=; -]+$/);
      const [pair = ''] = cookie.split(';');
      expect(readVisitorCookie(pair, workspaceId)?.visitorId).toBe(visitor);
      expect(readVisitorCookie(pair, `${workspaceId}x`)).toBeUndefined();
    },
  );

  it('is set again when it names another visitor, is a month old, or does not say how old', () => {
    const header = (id: string, day: string) => `${NAME}=${id}${day}`;
    expect(set(header(visitor, '.20500'))).toBeUndefined();
    expect(set(header(visitor, '.20471'))).toBeUndefined();
    expect(set(header(visitor, '.20470'))).toContain('.20500;');
    expect(set(header(visitor, ''))).toContain('.20500;');
    expect(set(header(visitor, '.20501'))).toContain('.20500;');
    expect(set(header(other, '.20500'))).toContain(visitor);
  });
});
