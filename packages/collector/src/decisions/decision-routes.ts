import { randomUUID } from 'node:crypto';
import type { EpochMs } from '@tidemark/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import { takeBodies } from '../observe/take-bodies.js';
import type { DecisionRow } from '../store/decisions/decision-rows.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';
import { answerOrder, type DecisionRecord } from './answer-orders.js';
import { explainDecision } from './explain-decision.js';
import { modelCard, modelCardPage } from './model-card.js';
import type { ModelShelf, ServingModel } from './model-shelf.js';
import type { OrderDesks } from './order-desks.js';
import { type AskedOrder, orderListSchema, orderQuestionSchema } from './score-question.js';
import type { TrainingResult } from './train-worker.js';

export interface DecisionRoutesOptions {
  readonly registry: Registry;
  readonly shelf: ModelShelf;
  readonly desks: Pick<OrderDesks, 'look' | 'newestMs'>;
  /** Learns from all orders of a workspace, off the event loop. */
  readonly train: (workspaceId: string) => Promise<TrainingResult>;
  /** Told of each decision; must not wait. */
  readonly onDecided: (records: readonly DecisionRecord[]) => void;
  /** One of the past; undefined for none of this id in the workspace. */
  readonly findDecision: (workspaceId: string, decisionId: string) => Promise<DecisionRow | undefined>;
  readonly now: () => EpochMs;
}

/** A thousand orders with long ids. */
const BODY_MAX_BYTES = 1_048_576;
/** Names come from the request, and a mistyped one may be as long as a body. */
const FIELD_SHOWN = 200;

/** `POST /v1/score`, `GET /v1/models`, `/v1/models/VERSION[.html]`, `POST /v1/models`: nothing here is open to pages. */
export function registerDecisionRoutes(app: FastifyInstance, options: DecisionRoutesOptions): void {
  const { registry, shelf, desks, train, onDecided, findDecision, now } = options;
  const training = new Set<string>();

  takeBodies(app, 'string', BODY_MAX_BYTES);
  const workspaceOf = (request: FastifyRequest, scope: 'read' | 'server'): string =>
    authorise(registry, requestKey(request), scope).workspaceId;
  /** Before the body: nobody without such a key makes the collector hold one. */
  app.addHook('onRequest', async (request, reply) => {
    reply.header('Cache-Control', 'no-store');
    workspaceOf(request, 'read');
  });

  function servingOf(workspaceId: string): ServingModel {
    const serving = shelf.serving(workspaceId);
    if (serving) return serving;
    throw new HttpProblem('not_found', 'No model was trained yet: POST /v1/models trains one from the orders so far.');
  }

  app.post('/v1/score', async (request) => {
    const workspaceId = workspaceOf(request, 'read');
    const asked = readOrders(request);
    const serving = servingOf(workspaceId);
    const nowMs = now();
    const records = asked.map((order) => answerOrder(workspaceId, order, serving, desks, nowMs, randomUUID));
    onDecided(records);
    return {
      model: { version: serving.version, trainedAt: serving.model.sides.subscribe.any.model.card.trainedAtMs },
      decidedAt: nowMs,
      scores: records.map(({ answer }) => answer),
    };
  });

  app.get('/v1/models', async (request) => {
    const workspaceId = workspaceOf(request, 'read');
    const serving = shelf.serving(workspaceId)?.version ?? null;
    return { serving, versions: await shelf.versions(workspaceId), training: training.has(workspaceId) };
  });

  app.get('/v1/models/:version', async (request, reply) => {
    const workspaceId = workspaceOf(request, 'read');
    const { version } = request.params as { readonly version: string }; // the route says so
    const isPage = version.endsWith('.html');
    const wanted = version.replace(/\.html$/, '');
    const model = wanted === 'serving' ? servingOf(workspaceId) : await shelf.find(workspaceId, wanted);
    if (!model) throw new HttpProblem('not_found', 'There is no such model here; GET /v1/models lists them.');
    if (!isPage) return modelCard(model);
    reply.header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
    return reply.type('text/html; charset=utf-8').send(modelCardPage(model));
  });

  app.get('/v1/decisions/:decisionId', async (request) => {
    const workspaceId = workspaceOf(request, 'read');
    const { decisionId } = request.params as { readonly decisionId: string }; // the route says so
    const row = await findDecision(workspaceId, decisionId);
    if (!row) throw new HttpProblem('not_found', 'No decision of this id was made in this workspace.');
    return explainDecision(row, await shelf.find(workspaceId, row.modelVersion));
  });

  app.post('/v1/models', async (request, reply) => {
    const workspaceId = workspaceOf(request, 'server');
    if (training.has(workspaceId)) {
      throw new HttpProblem('busy', 'A training of this workspace is under way.', { retryAfterSeconds: 10 });
    }
    training.add(workspaceId);
    try {
      const result = await train(workspaceId);
      if (result.kind === 'refused') throw new HttpProblem('invalid_request', result.reason);
      const model = await shelf.install(workspaceId, result.text);
      return await reply.code(201).send({ version: model.version, orders: result.orders });
    } finally {
      training.delete(workspaceId);
    }
  });
}

/** Body of `POST /v1/score`: one order, or a list of them. */
function readOrders({ body }: FastifyRequest): readonly AskedOrder[] {
  let value: unknown;
  try {
    value = JSON.parse(typeof body === 'string' ? body : '');
  } catch {
    throw new HttpProblem('unreadable_body', 'The body is not JSON.');
  }
  const isList = typeof value === 'object' && value !== null && 'orders' in value;
  const read = isList ? orderListSchema.safeParse(value) : orderQuestionSchema.safeParse(value);
  if (read.success) return 'orders' in read.data ? read.data.orders : [read.data];
  const [issue] = read.error.issues;
  const isUnknown = issue?.code === 'unrecognized_keys';
  const field = (isUnknown ? issue.keys.join(', ') : (issue?.path.join('.') ?? '')).slice(0, FIELD_SHOWN);
  const fault = isUnknown ? 'not known here' : (issue?.message ?? 'not understood');
  throw new HttpProblem('invalid_request', `${field || 'body'}: ${fault}.`, { field });
}
