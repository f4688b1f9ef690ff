import { type KeyKind, keyKind } from '@tidemark/protocol';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import type { Access, Registry } from './registry.js';

/** What a request wants to do, and which keys may. A secret key may do all. */
const ALLOWED = {
  append: ['write', 'secret'],
  read: ['read', 'secret'],
  configure: ['secret'],
  /** To say what only a server knows. */
  assert: ['secret'],
} as const satisfies Record<string, readonly KeyKind[]>;
export type Action = keyof typeof ALLOWED;

/**
 * The key of a request: `Authorization: Bearer KEY`, or `?k=KEY` where a header would cost a preflight.
 * Only write keys are taken from the address: they are public, and addresses end up in logs.
 */
export function requestKey(request: FastifyRequest): string {
  const [, bearer] = /^Bearer +(.*)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (bearer !== undefined) return bearer.trim();
  const { k } = request.query as { readonly k?: unknown };
  if (typeof k !== 'string') return '';
  const kind = keyKind(k);
  if (kind === 'read' || kind === 'secret') {
    throw new HttpProblem(
      'forbidden',
      'Only a write key may stand in an address; send others as Authorization: Bearer KEY.',
    );
  }
  return k;
}

/**
 * @throws {HttpProblem} 401 for a key nobody issued, 403 for one that may not do this.
 */
export function authorise(registry: Registry, key: string, action: Action): Access {
  const access = registry.lookUp(key);
  if (!access) {
    throw new HttpProblem(
      'unknown_key',
      key === '' ? 'Send a key: Authorization: Bearer KEY.' : 'This key is not known here.',
    );
  }
  const allowed: readonly KeyKind[] = ALLOWED[action];
  if (!allowed.includes(access.kind)) {
    throw new HttpProblem('forbidden', `A ${access.kind} key may not do this; it takes a ${allowed.join(' or ')} key.`);
  }
  return access;
}
