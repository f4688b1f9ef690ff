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

/**
 * What a key opens, each by itself: `append` sends events, `read` reads reports, books, flags and the live stream, `triage`
 * says what became of flags, `server` sends history and what only a server knows, `configure` sets what pages are told (and may
 * triage), `admin` manages the keys and settings of its
 * own workspace. `operator` manages all workspaces of the installation; the key for it stays on the collector's machine.
 */
export const KEY_SCOPES = ['append', 'read', 'triage', 'server', 'configure', 'admin', 'operator'] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

/** What a key of a kind opens when nobody says otherwise. */
export const DEFAULT_SCOPES = {
  write: ['append'],
  read: ['read'],
  secret: ['append', 'read', 'server', 'configure'],
} as const satisfies Record<KeyKind, readonly KeyScope[]>;

/** The most that can be asked for a key of a kind: a public key never reads, a reading one never sends events. */
export const ISSUABLE_SCOPES = {
  write: ['append'],
  read: ['read', 'triage'],
  secret: ['append', 'read', 'triage', 'server', 'configure', 'admin'],
} as const satisfies Record<KeyKind, readonly KeyScope[]>;
