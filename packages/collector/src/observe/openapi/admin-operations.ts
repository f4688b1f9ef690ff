import type { ProblemCode } from '@tidemark/protocol';
import { KEY_PROBLEMS, type Operation, type Parameter, SECRET_KEYS } from './operation.js';

const PROBLEMS: readonly ProblemCode[] = ['invalid_request', 'body_too_large', ...KEY_PROBLEMS];
const workspace: Parameter = {
  name: 'workspaceId',
  in: 'query',
  description: "Of one workspace only; the own one unless the key is the operator's",
};
const keyId: Parameter = { name: 'keyId', in: 'path', description: 'As the list of keys tells it' };

const admin = (
  operation: Pick<Operation, 'method' | 'path' | 'summary'> & Partial<Operation>,
  status: number,
  answer: string,
  more: readonly ProblemCode[] = [],
): Operation => ({
  tag: 'Administration',
  keys: SECRET_KEYS,
  answers: { [status]: { description: answer, type: 'application/json' } },
  problems: [...PROBLEMS, ...more],
  ...operation,
});

/** What the operator's key manages, and a secret key with the scope `admin` for its own workspace. */
export const ADMIN_OPERATIONS: readonly Operation[] = [
  admin({ method: 'get', path: '/v1/admin/workspaces', summary: 'List workspaces' }, 200, 'Those that the key manages'),
  admin(
    { method: 'post', path: '/v1/admin/workspaces', summary: 'Make a workspace (operator)' },
    201,
    'The workspace, and its keys, which are told once',
    ['conflict'],
  ),
  admin(
    {
      method: 'patch',
      path: '/v1/admin/workspaces/{workspaceId}',
      summary: 'Rename it, disable or enable it, set what holds in it',
      parameters: [{ name: 'workspaceId', in: 'path', description: 'Its id' }],
    },
    200,
    'The workspace from now on',
    ['not_found'],
  ),
  admin(
    { method: 'get', path: '/v1/admin/keys', summary: 'List keys', parameters: [workspace] },
    200,
    'Each without the key itself',
  ),
  admin({ method: 'post', path: '/v1/admin/keys', summary: 'Issue a key' }, 201, 'The key, which is told once', [
    'not_found',
  ]),
  admin(
    {
      method: 'post',
      path: '/v1/admin/keys/{keyId}/rotate',
      summary: 'Issue a key in the place of another, which goes on for a while',
      parameters: [keyId],
    },
    201,
    'Both',
    ['not_found', 'conflict'],
  ),
  admin(
    { method: 'post', path: '/v1/admin/keys/{keyId}/revoke', summary: 'Revoke a key', parameters: [keyId] },
    200,
    'The key, revoked',
    ['not_found'],
  ),
  admin(
    { method: 'get', path: '/v1/admin/audit', summary: 'Read the audit log', parameters: [workspace] },
    200,
    'The latest entries',
  ),
  admin(
    { method: 'get', path: '/v1/admin/audit/verify', summary: 'Check its chain (operator)' },
    200,
    'Whether it holds, and else the first entry that is broken',
  ),
  admin(
    { method: 'get', path: '/v1/admin/top', summary: 'How the collector is this moment (operator)' },
    200,
    'Counts since its start, what waits, what was slow, memory',
  ),
  admin(
    { method: 'post', path: '/v1/admin/sql', summary: 'Run one query in SQL, from the same machine (operator)' },
    200,
    'Columns, and rows in their order',
    ['unreadable_body', 'invalid_query', 'store_unavailable'],
  ),
  admin(
    {
      method: 'post',
      path: '/v1/admin/snapshot',
      summary: 'Hold still for a backup, from the same machine (operator)',
    },
    200,
    'The folder to copy, and to remove then',
    ['store_unavailable'],
  ),
];
