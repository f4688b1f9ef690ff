import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { compressReplies } from '../http/compress-replies.js';

const BUILT_CONSOLE = fileURLToPath(new URL('../../../../console/dist/site', import.meta.url));
const CONSOLE_POLICY =
  "default-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

/** The console at `/console/`, where the bare address leads as well. @returns false where its folder was not built: there is none then. */
export async function registerConsole(app: FastifyInstance, directory = BUILT_CONSOLE): Promise<boolean> {
  if (!existsSync(directory)) return false;
  await app.register(async (scope) => {
    await compressReplies(scope);
    await scope.register(fastifyStatic, {
      root: directory,
      prefix: '/console', // no slash: only so does the plugin redirect to /console/
      redirect: true,
      setHeaders: (reply) => void reply.header('Content-Security-Policy', CONSOLE_POLICY),
    });
    scope.get('/', (_request, reply) => reply.redirect('/console/'));
  });
  return true;
}
