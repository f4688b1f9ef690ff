import type { ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** A listener that does not read is cut off rather than kept in memory; it comes back with Last-Event-ID. */
export const UNREAD_MAX_BYTES = 1_048_576;
/** Proxies close connections that say nothing for long. */
export const PING_MS = 15_000;

/**
 * Opens streams of server-sent events in a scope, and ends them with the collector.
 *
 * @returns takes over a reply: its stream, connected; `onClose` is called once, whoever closed it.
 * @see WHATWG HTML, "Server-sent events"
 */
export function createEventStreams(app: FastifyInstance, pingMs = PING_MS) {
  const open = new Set<ServerResponse>();
  app.addHook('preClose', async () => {
    for (const raw of open) raw.end(); // a stream never ends by itself, and would hold up the end of the collector
  });
  return (reply: FastifyReply, onClose: () => void): ServerResponse => {
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
    const ping = setInterval(() => {
      if (!raw.writableEnded) raw.write(': ping\n\n');
    }, pingMs);
    raw.on('error', () => raw.destroy()); // a connection that broke concerns nobody else
    raw.on('close', () => {
      clearInterval(ping);
      open.delete(raw);
      onClose();
    });
    return raw;
  };
}
