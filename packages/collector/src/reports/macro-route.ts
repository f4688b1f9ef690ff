import { MACRO_HOME, type MacroAnswer, type MacroPublication, type MacroSeriesAsOf } from '@tidemark/protocol';
import { macroQuerySchema } from '@tidemark/protocol/schema';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import { storeStarting } from '../observe/store-starting.js';
import type { StoreConnection } from '../store/connect.js';
import { compileMacroRevisions, compileMacroSeries, type MacroSeriesRow } from '../store/reports/macro-points.js';
import { REPORT_LIMITS, type ScopeOptions } from '../store/reports/query-scope.js';
import { runQuery } from '../store/reports/run-query.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';
import { invalidQuery } from './query-problems.js';
import { createReportTurns } from './report-turns.js';
import { orTooHeavy } from './too-heavy.js';

export interface MacroRouteOptions {
  readonly registry: Registry;
  readonly store: StoreConnection;
  readonly storeReady: () => boolean;
  readonly now: () => number;
}

/** Of one workspace: each looks through the types of all its events. */
const RUNNING = 2;
const WAITING = 8;

/** `GET /v1/macro-series`: what was known of economic series at a moment, for read and secret keys. */
export function registerMacroRoute(app: FastifyInstance, options: MacroRouteOptions): void {
  const { registry, store } = options;
  const turns = createReportTurns(RUNNING, WAITING);

  app.get('/v1/macro-series', async (request): Promise<MacroAnswer> => {
    const { workspaceId } = authorise(registry, requestKey(request), 'read');
    const query = macroQuerySchema.safeParse(request.query);
    if (!query.success) throw invalidQuery(query.error, 'this address');
    if (!options.storeReady()) throw storeStarting();
    const { series, asOf = options.now(), home = MACRO_HOME } = query.data;
    const scope: ScopeOptions = { workspaceId, aliased: false, sampled: false, limits: REPORT_LIMITS };
    return turns.take(workspaceId, () =>
      orTooHeavy(REPORT_LIMITS, async () => {
        const rows = (await runQuery(store, compileMacroSeries({ series, asOf }, scope))) as MacroSeriesRow[]; // as selected
        const found = rows.map((row) => stateOf(row, asOf, home));
        if (series === undefined) return { asOf, home, series: found };
        const [only] = found;
        if (!only) throw unknownSeries(series, asOf);
        if (!only.current) return { asOf, home, series: found };
        const period = { series, periodAt: only.current.periodAt, asOf };
        const revisions = (await runQuery(store, compileMacroRevisions(period, scope))) as MacroPublication[]; // likewise
        return { asOf, home, series: [{ ...only, revisions }] };
      }),
    );
  });
}

function stateOf({ begunCount, ...row }: MacroSeriesRow, asOf: number, home: string): MacroSeriesAsOf {
  const { periodAt, knownAt, value, revision, source, ...known } = row;
  const current = { periodAt, knownAt, value, revision, source };
  const scope = row.country === '' ? 'unknown' : row.country === home ? 'domestic' : 'international';
  return {
    ...known,
    scope,
    current: begunCount > 0 ? { ...current, knownAgeMs: asOf - knownAt, periodAgeMs: asOf - periodAt } : null,
    revisions: [],
  };
}

function unknownSeries(series: string, asOf: number): HttpProblem {
  return new HttpProblem(
    'not_found',
    `No value of a series "${series}" was published by ${new Date(asOf).toISOString()}; names are compared letter by letter.`,
  );
}
