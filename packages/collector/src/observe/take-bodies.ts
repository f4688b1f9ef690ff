import type { FastifyInstance } from 'fastify';

/**
 * The routes of this scope get every body as it came, whatever it says it is: what it means is theirs to say. A longer one is
 * refused before it is read.
 */
export function takeBodies(app: FastifyInstance, parseAs: 'string' | 'buffer', maxBytes: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs, bodyLimit: maxBytes }, (_request, body, done) => done(null, body));
}
