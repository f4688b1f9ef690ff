/**
 * What a key may do is written in its prefix, so that a person sees it and a sender can refuse to leak it:
 * `tm_pk_` write (public, append only), `tm_rk_` read (private), `tm_sk_` secret (server to server: write, history, read).
 */
export const KEY_PREFIXES = { write: 'tm_pk_', read: 'tm_rk_', secret: 'tm_sk_' } as const;
export type KeyKind = keyof typeof KEY_PREFIXES;

/** The kind of a key by its prefix, or undefined when it is no key of Tidemark's. */
export function keyKind(key: string): KeyKind | undefined {
  for (const kind of ['write', 'read', 'secret'] as const) if (key.startsWith(KEY_PREFIXES[kind])) return kind;
  return undefined;
}
