import { DEFAULT_SCOPES, type KeyKind } from '@tidemark/protocol';
import type { KeyRecord } from '../store/control/control-data.js';
import { createApiKey, hashApiKey } from './api-key.js';

/** What may be said of a new key; what is not said is as usual. */
export type NewKey = { readonly workspaceId: string; readonly kind: KeyKind } & {
  readonly [Field in 'name' | 'scopes' | 'origins' | 'expiresAtMs' | 'requestsPerSecond']?:
    | KeyRecord[Field]
    | undefined;
};

/** A new key, to be shown once, and what is kept of it. */
export function issueKey(wanted: NewKey, nowMs: number): { readonly key: string; readonly record: KeyRecord } {
  const { workspaceId, kind, name = '', scopes = DEFAULT_SCOPES[kind], origins = [] } = wanted;
  const { expiresAtMs = 0, requestsPerSecond = 0 } = wanted;
  const key = createApiKey(kind);
  const record = {
    keyHash: hashApiKey(key),
    workspaceId,
    kind,
    createdAtMs: nowMs,
    revoked: false,
    name,
    scopes,
    origins,
    expiresAtMs,
    requestsPerSecond,
    version: nowMs,
  };
  return { key, record };
}
