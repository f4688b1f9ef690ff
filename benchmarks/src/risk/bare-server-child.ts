import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/* Started by bare-server.ts: reads what is asked, and answers the same to all. */

const ANSWER = JSON.stringify({ decision: 'allow', degraded: false });

const server = createServer((incoming, outgoing) => {
  incoming.resume();
  incoming.on('end', () => outgoing.setHeader('content-type', 'application/json').end(ANSWER));
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo; // listening on TCP, so it is an AddressInfo
  process.send?.(`http://127.0.0.1:${port}`);
});
process.on('disconnect', () => process.exit()); // whoever started it is gone
