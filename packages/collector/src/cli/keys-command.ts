import type { IssuedKey, KeyInfo, KeyKind } from '@tidemark/protocol';
import { askCollector } from './ask-collector.js';
import { findCollector } from './find-collector.js';
import { formatTable } from './format-table.js';

export interface KeyOptions {
  readonly json?: boolean;
  readonly workspace?: string;
  readonly name?: string;
  readonly scopes?: readonly string[];
  readonly origins?: readonly string[];
  /** Milliseconds from now. */
  readonly expires?: number;
  readonly rate?: number;
}

const PATH = '/v1/admin/keys';
const SHOWN_ONCE = 'The key, shown here and nowhere again:';

/** `tidemark keys list`: of all workspaces that the key may manage, or of one. */
export async function listKeys({ workspace, json }: KeyOptions): Promise<void> {
  const query = workspace === undefined ? '' : `?workspaceId=${encodeURIComponent(workspace)}`;
  const answer = await askCollector<{ keys: KeyInfo[] }>(await findCollector(process.env, 'admin'), PATH + query);
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : keysTable(answer.keys));
}

/** `tidemark keys issue KIND`. */
export async function issueKey(kind: KeyKind, options: KeyOptions): Promise<void> {
  const { workspace: workspaceId, name, scopes, origins, expires, rate: requestsPerSecond } = options;
  const expiresAt = expires === undefined ? undefined : Date.now() + expires;
  const body = JSON.stringify({ kind, workspaceId, name, scopes, origins, expiresAt, requestsPerSecond });
  const issued = await askCollector<IssuedKey>(await findCollector(process.env, 'admin'), PATH, {
    method: 'POST',
    body,
  });
  const text = `${keysTable([issued])}\n${SHOWN_ONCE}\n\n  ${issued.key}\n`;
  process.stdout.write(options.json ? `${JSON.stringify(issued)}\n` : text);
}

/** `tidemark keys rotate ID`. @param overlapMs - the old key goes on for so long. */
export async function rotateKey(keyId: string, overlapMs: number, json: boolean): Promise<void> {
  const request = { method: 'POST', body: JSON.stringify({ overlapSeconds: Math.floor(overlapMs / 1_000) }) };
  const target = await findCollector(process.env, 'admin');
  const path = `${PATH}/${encodeURIComponent(keyId)}/rotate`;
  const answer = await askCollector<{ issued: IssuedKey; former: KeyInfo }>(target, path, request);
  const text = `${keysTable([answer.issued, answer.former])}\n${SHOWN_ONCE}\n\n  ${answer.issued.key}\n`;
  process.stdout.write(json ? `${JSON.stringify(answer)}\n` : text);
}

/** `tidemark keys revoke ID`: for good. */
export async function revokeKey(keyId: string, json: boolean): Promise<void> {
  const target = await findCollector(process.env, 'admin');
  const key = await askCollector<KeyInfo>(target, `${PATH}/${encodeURIComponent(keyId)}/revoke`, { method: 'POST' });
  process.stdout.write(json ? `${JSON.stringify(key)}\n` : keysTable([key]));
}

function keysTable(keys: readonly KeyInfo[]): string {
  return formatTable(
    ['key', 'workspace', 'kind', 'name', 'state', 'expires (UTC)', 'scopes', 'origins'],
    keys.map((key) => [
      key.keyId,
      key.workspaceId || 'all',
      key.kind,
      key.name || '-',
      key.state,
      key.expiresAt === undefined ? 'never' : new Date(key.expiresAt).toISOString().slice(0, 19).replace('T', ' '),
      key.scopes.join(', '),
      key.origins.join(', ') || '-',
    ]),
  );
}
