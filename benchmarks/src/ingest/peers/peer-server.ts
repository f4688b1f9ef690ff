import { createClient } from '@clickhouse/client';
import type { EventBatch } from '@tidemark/protocol';
import { batchEnvelopeSchema, EVENT_SCHEMAS } from '@tidemark/protocol/schema';
import { fastify } from 'fastify';
import { flatRows } from './flat-row.js';

/*
 * A collector as it is often written: fastify, zod, `client.insert`. Run as a process of its own with one argument, a
 * `PeerStart` in JSON.
 *
 *   array-interval      rows go into an array, the answer goes out, and once a second the array is inserted: what is
 *                       acknowledged is in memory alone, and lost with the process.
 *   insert-per-request  the rows of each request are inserted before it is answered.
 */

export interface PeerStart {
  readonly kind: 'array-interval' | 'insert-per-request';
  readonly store: { readonly url: string; readonly user: string; readonly password: string; readonly database: string };
}

const INTERVAL_MS = 1_000;
const BODY_LIMIT_BYTES = 4 * 1_048_576;

const { kind, store } = JSON.parse(process.argv[2] ?? '') as PeerStart; // whoever started this process wrote it
const client = createClient({
  url: store.url,
  username: store.user,
  password: store.password,
  database: store.database,
  clickhouse_settings: { async_insert: 0 }, // the answer to an insert means that it is on disk, as for everybody else
});
let pending: Record<string, unknown>[] = [];
let inserted = 0;

async function insert(values: Record<string, unknown>[]): Promise<void> {
  await client.insert({ table: 'events', values, format: 'JSONEachRow' });
  inserted += values.length;
}

const app = fastify({ bodyLimit: BODY_LIMIT_BYTES });

app.post('/v1/batch', async (request, reply) => {
  const envelope = batchEnvelopeSchema.parse(request.body);
  const events = envelope.events.map((event) => {
    const { type } = event as { readonly type: keyof typeof EVENT_SCHEMAS }; // a type that is none throws on the next line
    return EVENT_SCHEMAS[type].parse(event);
  });
  const batch = { ...envelope, events } as unknown as EventBatch; // zod said so
  const rows = flatRows(batch, 'peer', Date.now());
  if (kind === 'insert-per-request') await insert(rows);
  else pending.push(...rows);
  const ack = { batchId: batch.batchId, accepted: rows.length, duplicate: 0, rejected: [], serverTimeMs: Date.now() };
  return reply.code(202).send(ack);
});

app.get('/inserted', async () => String(inserted));

if (kind === 'array-interval') {
  setInterval(() => {
    const rows = pending;
    pending = [];
    if (rows.length > 0) void insert(rows); // one that fails ends the process: the benchmark must not count it
  }, INTERVAL_MS);
}

process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}\n`);
