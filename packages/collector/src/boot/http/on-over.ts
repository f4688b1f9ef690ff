import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Calls back once when a request is over: answered, or its connection gone. */
export type OnOver = (request: IncomingMessage, response: ServerResponse, done: () => void) => void;

/**
 * A response tells of its own end, but not one that waits behind another on the same connection (a pipelined request)
 * when that connection goes away. So the connection is listened to as well, once for all of its requests.
 */
export function createOnOver(): OnOver {
  const bySocket = new WeakMap<Socket, Set<() => void>>();

  function callbacksOf(socket: Socket): Set<() => void> {
    const known = bySocket.get(socket);
    if (known) return known;
    const callbacks = new Set<() => void>();
    bySocket.set(socket, callbacks);
    socket.once('close', () => {
      for (const over of callbacks) over();
    });
    return callbacks;
  }

  return ({ socket }, response, done) => {
    const callbacks = callbacksOf(socket);
    const over = () => {
      if (callbacks.delete(over)) done();
    };
    callbacks.add(over);
    response.once('close', over);
  };
}
