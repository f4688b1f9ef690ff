import type { FastifyRequest } from 'fastify';
import { keyInAddressOrHeader } from './authorise.js';
import type { Registry } from './registry.js';

const ANY: readonly string[] = [];

/** Whose pages may use the key of a request. None for a key that opens nothing: its page must be able to read so. */
export function createKeyOrigins(registry: Registry): (request: FastifyRequest) => readonly string[] {
  return (request) => {
    const lookup = registry.lookUp(keyInAddressOrHeader(request));
    return lookup.kind === 'granted' ? lookup.access.origins : ANY;
  };
}
