import { type KeyScope, keyKind } from '@tidemark/protocol';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import type { Access, KeyLookup, Registry } from './registry.js';

/**
 * The key of a request: `Authorization: Bearer KEY`, or `?k=KEY` where a header would cost a preflight.
 * Only write keys are taken from the address: they are public, and addresses end up in logs.
 */
export function requestKey(request: FastifyRequest): string {
  const key = keyInAddressOrHeader(request);
  const kind = keyKind(key);
  if ((kind === 'read' || kind === 'secret') && bearer(request) === undefined) {
    throw new HttpProblem(
      'forbidden',
      'Only a write key may stand in an address; send others as Authorization: Bearer KEY.',
    );
  }
  return key;
}

/** The same, whatever it is. */
export function keyInAddressOrHeader(request: FastifyRequest): string {
  const { k } = request.query as { readonly k?: unknown };
  return bearer(request) ?? (typeof k === 'string' ? k : '');
}

function bearer({ headers }: FastifyRequest): string | undefined {
  return /^Bearer +(.*)$/i.exec(headers.authorization ?? '')?.[1]?.trim();
}

/**
 * @throws {HttpProblem} 401 for a key that opens nothing, 403 for one that may not do this or whose workspace is disabled.
 */
export function authorise(registry: Registry, key: string, scope: KeyScope): Access {
  const lookup = registry.lookUp(key);
  if (lookup.kind !== 'granted') throw refusalOf(lookup, key);
  if (!lookup.access.scopes.includes(scope)) {
    const { kind } = lookup.access;
    throw new HttpProblem('forbidden', `This ${kind} key may not do this; it takes one with the scope "${scope}".`);
  }
  return lookup.access;
}

function refusalOf(lookup: Exclude<KeyLookup, { kind: 'granted' }>, key: string): HttpProblem {
  switch (lookup.kind) {
    case 'malformed':
      if (key === '') return new HttpProblem('unknown_key', 'Send a key: Authorization: Bearer KEY.');
      return new HttpProblem('malformed_key', 'This is no key as they are issued: look for a typing error.');
    case 'unknown':
      return new HttpProblem('unknown_key', 'This key is not known here.');
    case 'revoked':
      return new HttpProblem('unknown_key', 'This key was revoked; use the one that was issued in its place.');
    case 'expired':
      return new HttpProblem('unknown_key', `This key expired at ${new Date(lookup.atMs).toISOString()}.`);
    case 'disabled':
      return new HttpProblem('workspace_disabled', 'This workspace is disabled; keep the events until it is enabled.');
  }
}
