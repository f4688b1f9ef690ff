import type { MarketHours } from '@tidemark/analytics/scores';
import type { EpochMs, ModelVersions, OrderDecision, OrderDecisions } from '@tidemark/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import type { DecisionRow } from '../store/decisions/decision-rows.js';
import type { AskedFacts } from '../store/decisions/recent-decisions.js';
import type { Actor } from '../workspaces/control-changes.js';
import { accessBy, openToKeys } from '../workspaces/open-to-keys.js';
import type { Access, Registry } from '../workspaces/registry.js';
import { answerCustomer } from './answer-customers.js';
import { answerOrder, knownOf } from './answer-orders.js';
import { answerRoundTrip } from './answer-round-trip.js';
import { type DecisionMoment, type DecisionRecord, momentOf } from './decision-record.js';
import { explainDecision } from './explain-decision.js';
import { modelCard } from './model-card.js';
import { modelCardPage } from './model-card-page.js';
import type { KeptModel, ModelShelf } from './model-shelf.js';
import type { OrderDesks } from './order-desks.js';
import type { ReadRecentActs } from './recent-acts.js';
import { readChosenVersion, readTrainingWish } from './rolling/model-wishes.js';
import type { RollingModels } from './rolling/roll-models.js';
import type { ServingBook, ServingModel } from './rolling/serving-book.js';
import { tellModels } from './rolling/tell-models.js';
import { readCustomerQuestion, readRoundTrip, readScoreQuestions } from './score-question.js';

export interface DecisionRoutesOptions {
  readonly registry: Registry;
  readonly shelf: Pick<ModelShelf, 'find' | 'versions'>;
  readonly book: Pick<ServingBook, 'serving' | 'rival' | 'state'>;
  readonly rolling: Pick<RollingModels, 'train' | 'choose' | 'isTraining'>;
  /** Outcomes after which models are trained anew; 0 for never. */
  readonly refitEvery: number;
  readonly desks: Pick<OrderDesks, 'look' | 'newestMs'>;
  readonly readRecent: ReadRecentActs;
  readonly hours: MarketHours;
  /** As an id is stored, whoever asks names people as the app does. */
  readonly storedId: (workspaceId: string, userId: string) => string;
  /** Resolves when the audit log has it. @param decisionId - which names nobody. */
  readonly note: (request: FastifyRequest, access: Access, decisionId: string) => Promise<void>;
  /** Who asks, for the audit log. */
  readonly actorOf: (request: FastifyRequest, access: Access) => Actor;
  /** Told of each decision; must not wait. */
  readonly onDecided: (records: readonly DecisionRecord[]) => void;
  /** One of the past; undefined for none of this id in the workspace. */
  readonly findDecision: (workspaceId: string, decisionId: string) => Promise<DecisionRow | undefined>;
  /** Of the orders that were placed last, the newest first. */
  readonly placedOrders: (workspaceId: string) => Promise<readonly OrderDecision[]>;
  /** The newest by a model; none while the store is down. */
  readonly recentDecisions: (workspaceId: string, modelVersion: string) => Promise<readonly AskedFacts[]>;
  readonly now: () => EpochMs;
}

/** A thousand orders with long ids. */
const BODY_MAX_BYTES = 1_048_576;

/** `POST /v1/score`, `/v1/round-trip` and `/v1/scorecard`, `/v1/models`, `PUT /v1/models/serving`, `GET /v1/models/VERSION[.html]`, `/v1/decisions[/ID]`: nothing here is open to pages. */
export function registerDecisionRoutes(app: FastifyInstance, options: DecisionRoutesOptions): void {
  const { registry, shelf, book, rolling, desks, storedId, onDecided, findDecision, now } = options;

  const reader = accessBy(registry, 'read');
  const server = accessBy(registry, 'server');
  openToKeys(app, reader, BODY_MAX_BYTES);

  function servingOf(workspaceId: string): ServingModel {
    const serving = book.serving(workspaceId);
    if (serving) return serving;
    throw new HttpProblem('not_found', 'No model was trained yet: POST /v1/models trains one from the orders so far.');
  }

  function momentAt(workspaceId: string, serving: ServingModel, nowMs: EpochMs): DecisionMoment {
    return momentOf(workspaceId, serving, nowMs, desks.newestMs(workspaceId));
  }

  app.post('/v1/score', async (request) => {
    const { workspaceId } = reader(request);
    const asked = readScoreQuestions(request.body);
    const serving = servingOf(workspaceId);
    const nowMs = now();
    const records = asked.map((one) => {
      const stored = { ...one, userId: storedId(workspaceId, one.userId) };
      const moment = momentAt(workspaceId, serving, nowMs);
      return 'side' in stored
        ? answerOrder(moment, stored, serving, desks, options.readRecent)
        : answerCustomer(moment, stored, 'score', serving, desks);
    });
    onDecided(records);
    return {
      model: modelOf(serving),
      decidedAt: nowMs,
      scores: records.map(({ answer }, at) => ({ ...answer, userId: asked[at]?.userId })),
    };
  });

  app.post('/v1/round-trip', async (request) => {
    const { workspaceId } = reader(request);
    const asked = readRoundTrip(request.body);
    const serving = servingOf(workspaceId);
    const nowMs = now();
    const stored = { ...asked, userId: storedId(workspaceId, asked.userId) };
    const known = knownOf(workspaceId, stored, nowMs, desks, options.readRecent);
    const trip = answerRoundTrip(stored, serving, known, options.hours, nowMs, desks.newestMs(workspaceId));
    return { model: modelOf(serving), decidedAt: nowMs, ...trip };
  });

  app.post('/v1/scorecard', async (request) => {
    const access = server(request);
    const { workspaceId } = access;
    const asked = readCustomerQuestion(request.body);
    const serving = servingOf(workspaceId);
    const stored = { ...asked, userId: storedId(workspaceId, asked.userId) };
    const record = answerCustomer(momentAt(workspaceId, serving, now()), stored, 'scorecard', serving, desks);
    // Before the answer: what nobody wrote down was told to nobody.
    await options.note(request, access, record.decisionId);
    onDecided([record]);
    return {
      model: modelOf(serving),
      decidedAt: record.decidedAt,
      ...record.answer,
      userId: asked.userId,
    };
  });

  app.get('/v1/models', async (request): Promise<ModelVersions> => {
    const { workspaceId } = reader(request);
    return {
      ...tellModels(book, workspaceId, options.refitEvery),
      versions: await shelf.versions(workspaceId),
      training: rolling.isTraining(workspaceId),
    };
  });

  app.get('/v1/models/:version', async (request, reply) => {
    const { workspaceId } = reader(request);
    const { version } = request.params as { readonly version: string }; // the route says so
    const isPage = version.endsWith('.html');
    const wanted = version.replace(/\.html$/, '');
    const model = wanted === 'serving' ? servingOf(workspaceId) : await shelf.find(workspaceId, wanted);
    if (!model) throw new HttpProblem('not_found', 'There is no such model here; GET /v1/models lists them.');
    const card = modelCard(model, await options.recentDecisions(workspaceId, model.version));
    if (!isPage) return card;
    reply.header('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
    return reply.type('text/html; charset=utf-8').send(modelCardPage(card));
  });

  app.get('/v1/decisions', async (request): Promise<OrderDecisions> => {
    return { decisions: await options.placedOrders(reader(request).workspaceId) };
  });

  app.get('/v1/decisions/:decisionId', async (request) => {
    const { workspaceId } = reader(request);
    const { decisionId } = request.params as { readonly decisionId: string }; // the route says so
    const row = await findDecision(workspaceId, decisionId);
    if (!row) throw new HttpProblem('not_found', 'No decision of this id was made in this workspace.');
    return explainDecision(row, await shelf.find(workspaceId, row.modelVersion));
  });

  app.post('/v1/models', async (request, reply) => {
    const access = server(request);
    const { kind } = readTrainingWish(request.body);
    const trained = await rolling.train(access.workspaceId, options.actorOf(request, access), kind);
    switch (trained.kind) {
      case 'busy':
        throw new HttpProblem('busy', 'A training of this workspace is under way.', { retryAfterSeconds: 10 });
      case 'refused':
        throw new HttpProblem('invalid_request', trained.reason);
      case 'trained': {
        const { model, orders, serves, text } = trained;
        return reply.code(201).send({ version: model.version, kind: model.kind, orders, serves, text });
      }
    }
  });

  app.put('/v1/models/serving', async (request) => {
    const access = server(request);
    const { version } = readChosenVersion(request.body);
    const model = await rolling.choose(access.workspaceId, options.actorOf(request, access), version);
    if (!model) throw new HttpProblem('not_found', 'There is no such model here; GET /v1/models lists them.');
    return { version: model.version, kind: model.kind };
  });
}

function modelOf({ version, model }: KeptModel): { readonly version: string; readonly trainedAt: EpochMs | null } {
  return { version, trainedAt: model.sides.subscribe.any.model.card.trainedAtMs };
}
