import type { FastifyInstance } from 'fastify';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';
import { createEventStreams, UNREAD_MAX_BYTES } from './event-streams.js';
import type { LiveHub } from './live-hub.js';

/** `GET /v1/live`: server-sent events `tracked`. @see WHATWG HTML, "Server-sent events" */
export function registerLiveRoute(
  app: FastifyInstance,
  options: { readonly registry: Registry; readonly hub: LiveHub },
): void {
  const openStream = createEventStreams(app);
  app.get('/v1/live', { exposeHeadRoute: false }, (request, reply) => {
    // a HEAD would never end
    const { workspaceId } = authorise(options.registry, requestKey(request), 'read');
    const after = Number(request.headers['last-event-id'] ?? 0) || 0;
    let stop = (): void => undefined;
    const raw = openStream(reply, () => stop());
    stop = options.hub.listen(workspaceId, after, (events) => {
      if (raw.writableLength > UNREAD_MAX_BYTES) raw.destroy();
      else
        raw.write(
          events
            .map(({ number, event }) => `id: ${number}\nevent: tracked\ndata: ${JSON.stringify(event)}\n\n`)
            .join(''),
        );
    });
  });
}
