import type { AuditEntry, AuditVerdict, IssuedKey, KeyInfo, WorkspaceInfo } from '@tidemark/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { HttpProblem } from '../observe/http-problem.js';
import { readInput } from '../observe/read-input.js';
import { readJson } from '../observe/read-json.js';
import type { KeyRecord, WorkspaceRecord } from '../store/control/control-data.js';
import {
  auditQuerySchema,
  keysQuerySchema,
  newKeySchema,
  newWorkspaceSchema,
  rotationSchema,
  workspaceChangeSchema,
} from './admin-bodies.js';
import { keyIdOf } from './api-key.js';
import type { AuditTrail } from './audit-trail.js';
import { authorise, requestKey } from './authorise.js';
import type { Actor, ControlChanges } from './control-changes.js';
import type { DailyUsage } from './daily-usage.js';
import { openToKeys } from './open-to-keys.js';
import type { Access, IssuedKeys, Registry } from './registry.js';

export interface AdminRoutesOptions {
  readonly registry: Registry;
  readonly changes: ControlChanges;
  readonly trail: AuditTrail;
  readonly usage: Pick<DailyUsage, 'of'>;
  /** The network of an address: audit entries hold no more. */
  readonly networkOf: (address: string) => string;
  readonly now: () => number;
}

/** A list of settings, and that many origins, are far below it. */
const BODY_MAX_BYTES = 65_536;

/**
 * `/v1/admin/...`: workspaces, keys and the audit log. The operator's key manages all of it, a secret key with the scope
 * `admin` its own workspace, but for what the operator grants: being, budget and rates. Nothing here is open to pages.
 */
export function registerAdminRoutes(app: FastifyInstance, options: AdminRoutesOptions): void {
  const { registry, changes, trail, usage, now } = options;

  openToKeys(app, adminOf, BODY_MAX_BYTES);

  function adminOf(request: FastifyRequest): Access {
    const key = requestKey(request);
    const lookup = registry.lookUp(key);
    const isOperator = lookup.kind === 'granted' && lookup.access.scopes.includes('operator');
    return isOperator ? lookup.access : authorise(registry, key, 'admin');
  }

  const isOperator = ({ scopes }: Access): boolean => scopes.includes('operator');

  function operatorOnly(access: Access, what: string): void {
    if (!isOperator(access)) throw new HttpProblem('forbidden', `${what} is for the operator's key alone.`);
  }

  /** @param asked - undefined for the own one, where there is one. */
  function workspaceFor(access: Access, asked: string | undefined): string {
    const workspaceId = asked ?? access.workspaceId;
    if (workspaceId === '')
      throw new HttpProblem('invalid_request', 'workspaceId: say which.', { field: 'workspaceId' });
    if (!isOperator(access) && workspaceId !== access.workspaceId) {
      throw new HttpProblem('forbidden', 'This key manages its own workspace alone.');
    }
    return workspaceId;
  }

  function actorOf(request: FastifyRequest, { keyId }: Access): Actor {
    return { keyId, addressPrefix: options.networkOf(request.ip) };
  }

  /** Of another workspace's key nobody is told that it exists. */
  function keyFor(request: FastifyRequest, access: Access): string {
    const { keyId } = request.params as { readonly keyId: string };
    const record = registry.key(keyId);
    const isOwn = record !== undefined && record.workspaceId === access.workspaceId;
    if (!record || !(isOwn || isOperator(access))) throw new HttpProblem('not_found', 'No key here has this id.');
    return keyId;
  }

  const tellWorkspace = (record: WorkspaceRecord): WorkspaceInfo => {
    const { version: _version, idSalts: _salts, createdAtMs, ...told } = record;
    return { ...told, createdAt: createdAtMs, eventsToday: usage.of(record.workspaceId) };
  };

  const tellKey = ({ keyHash, createdAtMs, expiresAtMs, revoked, version: _version, ...told }: KeyRecord): KeyInfo => ({
    keyId: keyIdOf(keyHash),
    ...told,
    createdAt: createdAtMs,
    ...(expiresAtMs === 0 ? {} : { expiresAt: expiresAtMs }),
    state: revoked ? 'revoked' : expiresAtMs !== 0 && expiresAtMs <= now() ? 'expired' : 'active',
  });

  app.get('/v1/admin/workspaces', async (request): Promise<{ workspaces: WorkspaceInfo[] }> => {
    const access = adminOf(request);
    const { workspaces } = registry.data();
    const visible = workspaces.filter(({ workspaceId }) => isOperator(access) || workspaceId === access.workspaceId);
    return { workspaces: visible.map(tellWorkspace) };
  });

  app.post('/v1/admin/workspaces', async (request, reply) => {
    const access = adminOf(request);
    operatorOnly(access, 'Creating a workspace');
    const { workspaceId, name = workspaceId, ...settings } = readChange(newWorkspaceSchema, request);
    const keys = await changes.createWorkspace(actorOf(request, access), workspaceId, name, known(settings));
    const workspace = tellWorkspace(registry.workspace(workspaceId) as WorkspaceRecord); // it has just been made
    return reply.code(201).send({ workspace, keys } satisfies { workspace: WorkspaceInfo; keys: IssuedKeys });
  });

  app.patch('/v1/admin/workspaces/:workspaceId', async (request): Promise<WorkspaceInfo> => {
    const access = adminOf(request);
    const { workspaceId } = request.params as { readonly workspaceId: string };
    workspaceFor(access, workspaceId);
    const change = readChange(workspaceChangeSchema, request);
    if (change.disabled !== undefined) operatorOnly(access, 'Disabling and enabling a workspace');
    if (change.dailyEvents !== undefined) operatorOnly(access, 'Setting the daily events');
    return tellWorkspace(await changes.changeWorkspace(actorOf(request, access), workspaceId, known(change)));
  });

  app.get('/v1/admin/keys', async (request): Promise<{ keys: KeyInfo[] }> => {
    const access = adminOf(request);
    const { workspaceId: asked } = readInput(keysQuerySchema, request.query);
    const workspaceId = isOperator(access) ? asked : workspaceFor(access, asked);
    const keys = registry.data().keys.filter((key) => workspaceId === undefined || key.workspaceId === workspaceId);
    return { keys: keys.map(tellKey) };
  });

  app.post('/v1/admin/keys', async (request, reply) => {
    const access = adminOf(request);
    const { workspaceId: asked, expiresAt, ...wanted } = readChange(newKeySchema, request);
    const workspaceId = workspaceFor(access, asked);
    if (wanted.requestsPerSecond !== undefined) operatorOnly(access, 'Setting the rate of a key');
    if (expiresAt !== undefined && expiresAt <= now()) {
      throw new HttpProblem('invalid_request', 'expiresAt: it is over already.', { field: 'expiresAt' });
    }
    const issued = await changes.issueKey(actorOf(request, access), { ...wanted, workspaceId, expiresAtMs: expiresAt });
    return reply.code(201).send({ ...tellKey(issued.record), key: issued.key } satisfies IssuedKey);
  });

  app.post('/v1/admin/keys/:keyId/rotate', async (request, reply) => {
    const access = adminOf(request);
    const keyId = keyFor(request, access);
    const { overlapSeconds } = readChange(rotationSchema, request);
    const issued = await changes.rotateKey(actorOf(request, access), keyId, overlapSeconds * 1_000);
    const answer = { issued: { ...tellKey(issued.record), key: issued.key }, former: tellKey(issued.former) };
    return reply.code(201).send(answer satisfies { issued: IssuedKey; former: KeyInfo });
  });

  app.post('/v1/admin/keys/:keyId/revoke', async (request): Promise<KeyInfo> => {
    const access = adminOf(request);
    const keyId = keyFor(request, access);
    return tellKey(await changes.revokeKey(actorOf(request, access), keyId));
  });

  app.get('/v1/admin/audit', async (request): Promise<{ entries: readonly AuditEntry[] }> => {
    const access = adminOf(request);
    const { workspaceId: asked, limit } = readInput(auditQuerySchema, request.query);
    const workspaceId = isOperator(access) ? (asked ?? '') : workspaceFor(access, asked);
    return { entries: await trail.latest(workspaceId, limit) };
  });

  app.get('/v1/admin/audit/verify', async (request): Promise<AuditVerdict> => {
    operatorOnly(adminOf(request), 'Checking the audit log');
    return trail.verify();
  });
}

/** Of some changes nothing need be said. */
function readChange<S extends z.ZodType>(schema: S, { body }: FastifyRequest): z.output<S> {
  return readInput(schema, typeof body === 'string' && body !== '' ? readJson(body) : {});
}

/** What was said; zod has what was not said as undefined. */
function known<T extends object>(change: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>; // without those that are undefined
  };
}
