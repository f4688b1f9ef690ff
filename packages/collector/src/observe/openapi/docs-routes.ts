import type { FastifyInstance } from 'fastify';
import { createApiDocument } from './api-document.js';
import { DOCS_POLICY, renderDocs } from './docs-page.js';
import { DOCS_STYLE } from './docs-style.js';
import { OPERATIONS } from './operations.js';

/** `GET /v1/openapi.json`, `GET /docs`. Made when somebody asks for the first time, and kept. */
export function registerDocsRoutes(app: FastifyInstance, version: string): void {
  let made: { readonly json: string; readonly html: string } | undefined;
  const docs = () => {
    if (!made) {
      const document = createApiDocument(OPERATIONS, version);
      made = { json: JSON.stringify(document), html: renderDocs(document) };
    }
    return made;
  };

  app.get('/v1/openapi.json', async (_request, reply) =>
    reply.header('Access-Control-Allow-Origin', '*').type('application/json; charset=utf-8').send(docs().json),
  );
  app.get('/docs', async (_request, reply) =>
    reply
      .header('Content-Security-Policy', DOCS_POLICY)
      .header('X-Content-Type-Options', 'nosniff')
      .header('Referrer-Policy', 'no-referrer')
      .type('text/html; charset=utf-8')
      .send(docs().html),
  );
  app.get('/docs/style.css', async (_request, reply) =>
    reply.header('X-Content-Type-Options', 'nosniff').type('text/css; charset=utf-8').send(DOCS_STYLE),
  );
}

/** Every route that is registered from now on, as OpenAPI writes it; HEAD goes without saying where there is a GET. */
export function listRoutes(app: FastifyInstance): readonly string[] {
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) {
      if (one !== 'HEAD')
        routes.push(`${one.toLowerCase()} ${url.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{path}')}`);
    }
  });
  return routes;
}
