import fastifyCompress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

/** Below this a packed reply is hardly smaller, and costs both sides work. */
const COMPRESS_ABOVE_BYTES = 1_024;

/**
 * Packs the replies of one scope, for who takes gzip: reports, exports, the console. Never answers to pages that send (they
 * are short), signed ones or event streams: those routes are registered outside. Bodies of requests are no business of the
 * plugin's, which would take Brotli too: `decodeBody` is the one place that unpacks.
 */
export async function compressReplies(scope: FastifyInstance): Promise<void> {
  await scope.register(fastifyCompress, {
    globalDecompression: false,
    encodings: ['gzip'],
    threshold: COMPRESS_ABOVE_BYTES,
  });
}
