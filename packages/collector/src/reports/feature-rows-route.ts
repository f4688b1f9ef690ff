import { Readable } from 'node:stream';
import { type FeatureRowsQuery, UTC_OFFSET_MINUTES } from '@tidemark/protocol';
import { featureRowsQuerySchema } from '@tidemark/protocol/schema';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import { storeStarting } from '../observe/store-starting.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';
import { invalidQuery } from './query-problems.js';

/** Features of many subjects: names once, then each subject with its values in their order. */
export interface FeatureRows {
  readonly names: readonly string[];
  rows(): Iterable<readonly [subject: string, ...values: (number | null)[]]>;
}

export interface FeatureRowsRouteOptions {
  readonly registry: Registry;
  readonly readFeatureRows: (workspaceId: string, query: Required<FeatureRowsQuery>) => Promise<FeatureRows>;
  readonly storeReady: () => boolean;
  readonly now: () => number;
}

/** Subjects of whom something arrived in this time, unless told. */
const ACTIVE_MS = 86_400_000;
const LINES_AT_ONCE = 500;

/** `GET /v1/feature-rows?kind=KIND`: features of all subjects who were active lately, as lines of JSON, for read and secret keys. */
export function registerFeatureRowsRoute(app: FastifyInstance, options: FeatureRowsRouteOptions): void {
  let underWay = false;
  app.get('/v1/feature-rows', async (request, reply) => {
    const { workspaceId } = authorise(options.registry, requestKey(request), 'read');
    const query = featureRowsQuerySchema.safeParse(request.query);
    if (!query.success) throw invalidQuery(query.error, 'this address');
    if (!options.storeReady()) throw storeStarting();
    // It takes all processors for seconds: reports must find one in between.
    if (underWay)
      throw new HttpProblem('query_too_heavy', 'Features of many subjects are being reckoned: ask again in a moment.');
    const nowMs = options.now();
    const { kind, asOf = nowMs, utcOffsetMinutes = UTC_OFFSET_MINUTES, activeSince = nowMs - ACTIVE_MS } = query.data;
    underWay = true;
    try {
      const table = await options.readFeatureRows(workspaceId, { kind, asOf, utcOffsetMinutes, activeSince });
      const head = { kind, asOf, utcOffsetMinutes, activeSince, features: table.names };
      return await reply.type('application/x-ndjson').send(Readable.from(lines(head, table)));
    } finally {
      underWay = false;
    }
  });
}

function* lines(head: object, table: FeatureRows): Generator<string> {
  let text = `${JSON.stringify(head)}\n`;
  let count = 0;
  for (const row of table.rows()) {
    text += `${JSON.stringify(row)}\n`;
    if (++count % LINES_AT_ONCE > 0) continue;
    yield text;
    text = '';
  }
  yield text;
}
