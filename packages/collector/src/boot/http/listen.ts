import type { FastifyInstance } from 'fastify';
import { TidemarkError } from '../../observe/errors.js';
import type { Config } from '../config.js';

/**
 * @returns the address that it has then.
 * @throws {TidemarkError} `port_taken`.
 */
export async function listen(app: FastifyInstance, { host, port }: Pick<Config, 'host' | 'port'>): Promise<string> {
  return app.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    const advice = 'stop what listens there, or choose another with --port';
    throw new TidemarkError('port_taken', `port ${port} is taken: ${advice}`, { cause: error });
  });
}
