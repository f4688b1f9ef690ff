import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';
import type { LiveHub } from './live-hub.js';

/** Proxies close connections that say nothing for long. */
const PING_MS = 15_000;
/** A listener that does not read is cut off rather than kept in memory; it comes back with Last-Event-ID. */
const UNREAD_MAX_BYTES = 1_048_576;

/** `GET /v1/live`: server-sent events `tracked`. @see WHATWG HTML, "Server-sent events" */
export function registerLiveRoute(
  app: FastifyInstance,
  options: { readonly registry: Registry; readonly hub: LiveHub },
): void {
  const open = new Set<ServerResponse>();
  app.addHook('preClose', async () => {
    for (const raw of open) raw.end(); // a stream never ends by itself, and would hold up the end of the collector
  });
  app.get('/v1/live', { exposeHeadRoute: false }, (request, reply) => {
    // a HEAD would never end
    const { workspaceId } = authorise(options.registry, requestKey(request), 'read');
    const after = Number(request.headers['last-event-id'] ?? 0) || 0;
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
      'Access-Control-Allow-Origin': '*',
    });
    raw.write(': connected\n\n');
    open.add(raw);
    const stop = options.hub.listen(workspaceId, after, (events) => {
      if (raw.writableLength > UNREAD_MAX_BYTES) raw.destroy();
      else
        raw.write(
          events
            .map(({ number, event }) => `id: ${number}\nevent: tracked\ndata: ${JSON.stringify(event)}\n\n`)
            .join(''),
        );
    });
    const ping = setInterval(() => raw.write(': ping\n\n'), PING_MS);
    raw.on('close', () => {
      clearInterval(ping);
      open.delete(raw);
      stop();
    });
  });
}
