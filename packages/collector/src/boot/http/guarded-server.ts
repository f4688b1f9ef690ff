import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { GuardOptions } from './guard-options.js';
import { createOnOver } from './on-over.js';
import { createRefusal, type Refusal } from './refuse-unread.js';
import { requestKind } from './request-kind.js';
import { watchSlowClients } from './slow-clients.js';

/** Of request line and headers together: a cookie may be large, a megabyte of headers is an attack. */
const HEADERS_MAX_BYTES = 16 * 1_024;

/**
 * An HTTP server that decides before it reads: a request for which there is no room is refused without a route, a slow
 * client is cut, and connections are bounded in all and by sender.
 */
export function createGuardedServer(handler: RequestListener, options: GuardOptions): Server {
  const { limits, admission, countCut } = options;
  const refusal: Refusal = createRefusal(options);
  const server = createServer({
    requestTimeout: limits.requestTimeoutMs,
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs), // Node refuses one that is longer
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: limits.connectionCheckMs,
    maxHeaderSize: HEADERS_MAX_BYTES,
  });
  server.maxConnections = limits.maxConnections;
  const onOver = createOnOver();
  const slowClients = watchSlowClients(limits, countCut);

  function take(request: IncomingMessage, response: ServerResponse, goAhead: () => void): void {
    const kind = requestKind(request.url ?? '');
    if (kind !== 'always') {
      const reason = admission.enter(request, kind);
      if (reason !== undefined) {
        options.countRefused();
        refusal.refuse(request, response);
        return;
      }
    }
    slowClients.add(request, response);
    onOver(request, response, () => {
      slowClients.remove(request);
      admission.leave(request);
      refusal.noteTaken();
    });
    goAhead();
    handler(request, response);
  }

  server.on('request', (request, response) => take(request, response, () => undefined));
  server.on('checkContinue', (request, response) => take(request, response, () => response.writeContinue()));
  server.on('drop', () => countCut('connections'));
  server.on('clientError', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') countCut('slow_request');
    else if (error.code?.startsWith('HPE_')) countCut('malformed'); // the answer is the app's
  });
  boundPerAddress(server, options);
  server.on('close', slowClients.close);
  return server;
}

/** Closes what one sender opens beyond its share. */
function boundPerAddress(server: Server, { limits, isProxy, countCut }: GuardOptions): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const { remoteAddress } = socket;
    if (remoteAddress === undefined || isProxy(remoteAddress)) return; // undefined: it has gone already
    const sender = senderOf(remoteAddress);
    const count = (open.get(sender) ?? 0) + 1;
    if (count > limits.maxConnectionsPerAddress) {
      countCut('per_address');
      socket.destroy();
      return;
    }
    open.set(sender, count);
    socket.once('close', () => {
      const left = (open.get(sender) ?? 1) - 1;
      if (left > 0) open.set(sender, left);
      else open.delete(sender);
    });
  });
}

/** An IPv4 address; of IPv6 the /64, because whoever has one address there has all of them. */
function senderOf(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address;
  const [head = ''] = address.split('::');
  return head.split(':').slice(0, 4).join(':');
}
