import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { Ack, EventBatch } from '@tidemark/protocol';

export interface FakeCollector {
  readonly url: string;
  /** Every batch that arrived, copies too. */
  readonly batches: EventBatch[];
  /** The bodies as text, for what must never be in them. */
  readonly bodies: string[];
  close(): Promise<void>;
}

/** Takes batches over real HTTP and knows an event again by its queue and number, as the collector does. */
export async function startFakeCollector(key: string): Promise<FakeCollector> {
  const batches: EventBatch[] = [];
  const bodies: string[] = [];
  const seen = new Set<string>();

  async function answer(request: IncomingMessage): Promise<Ack | undefined> {
    const bytes: Buffer[] = [];
    for await (const chunk of request) bytes.push(chunk as Buffer); // no encoding is set
    const { url, method, headers } = request;
    const isAsAgreed =
      method === 'POST' &&
      url === '/v1/batch' &&
      headers.authorization === `Bearer ${key}` &&
      headers['content-type'] === 'application/json' &&
      headers['content-encoding'] === 'gzip';
    if (!isAsAgreed) return undefined;
    const body = gunzipSync(Buffer.concat(bytes)).toString();
    const batch = JSON.parse(body) as EventBatch; // the test checks it against the schema
    bodies.push(body);
    batches.push(batch);
    const names = batch.events.map(({ seq }) => `${batch.context.queueId} ${seq}`);
    const accepted = names.filter((name) => !seen.has(name)).length;
    for (const name of names) seen.add(name);
    return { batchId: batch.batchId, accepted, duplicate: names.length - accepted, rejected: [], serverTimeMs: 1 };
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (ack) =>
        response.writeHead(ack ? 202 : 403, { 'content-type': 'application/json' }).end(JSON.stringify(ack ?? {})),
      (error: unknown) => response.writeHead(403).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    batches,
    bodies,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
