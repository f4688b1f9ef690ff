import type { FastifyRequest } from 'fastify';
import { ipPrefix } from '../ingest/ip-prefix.js';
import type { Actor } from '../workspaces/control-changes.js';
import type { Access } from '../workspaces/registry.js';

/** Who asks, as the audit log has it. */
export function actorOf(request: FastifyRequest, { keyId }: Pick<Access, 'keyId'>): Actor {
  return { keyId, addressPrefix: ipPrefix(request.ip) };
}
