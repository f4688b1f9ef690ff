import { resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import { fastify } from 'fastify';

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

export interface SiteOptions {
  readonly directory: string;
  readonly host: string;
  readonly port: number;
  /** Served as `/config.json`: where the page's SDK sends, and with which key. */
  readonly config: Readonly<Record<string, string>>;
}

/** Serves a built single-page site: files as they are, any other address is the page itself. */
export async function serveSite(options: SiteOptions): Promise<Site> {
  const app = fastify({ forceCloseConnections: true });
  app.get('/config.json', async (_request, reply) => reply.header('Cache-Control', 'no-store').send(options.config));
  await app.register(fastifyStatic, { root: resolve(options.directory) });
  app.setNotFoundHandler((request, reply) =>
    request.method === 'GET' && request.headers.accept?.includes('text/html')
      ? reply.sendFile('index.html')
      : reply.code(404).send({ error: 'not found' }),
  );
  const url = await app.listen({ host: options.host, port: options.port });
  return { url, close: () => app.close() };
}
