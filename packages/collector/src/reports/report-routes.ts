import { finished } from 'node:stream/promises';
import type { ReportName } from '@tidemark/protocol';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { storeStarting } from '../observe/store-starting.js';
import type { StoreConnection } from '../store/connect.js';
import type { CompiledReport } from '../store/reports/compiled-query.js';
import { readExpiredDays } from '../store/reports/expired-days.js';
import { EXPORT_FORMATS, type ExportFormat } from '../store/reports/export-formats.js';
import { REPORT_LIMITS, type ReportLimits } from '../store/reports/query-scope.js';
import { streamQuery } from '../store/reports/run-query.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';
import { answerReport, compileFor } from './answer-report.js';
import { readReportName, readReportQuery } from './read-query.js';
import { createReportTurns } from './report-turns.js';
import { orTooHeavy } from './too-heavy.js';
import { type FormsOf, withFormsOfIds } from './with-forms-of-ids.js';

export interface ReportRoutesOptions {
  readonly registry: Registry;
  readonly store: StoreConnection;
  /** Every id under which whoever is named may stand in the tables. */
  readonly formsOf: FormsOf;
  readonly storeReady: () => boolean;
  readonly now: () => number;
  /** Whatever was acknowledged up to then can be queried; epoch milliseconds. */
  readonly completeTo?: () => number;
  readonly limits?: ReportLimits;
}

/** Reports of one workspace at once; each asks the store up to three questions, and the store answers eight. */
const RUNNING = 4;
const WAITING = 32;

/** `GET /v1/reports/NAME`, for read and secret keys. */
export function registerReportRoutes(app: FastifyInstance, options: ReportRoutesOptions): void {
  const { registry, store, formsOf, storeReady, now, completeTo, limits = REPORT_LIMITS } = options;
  const turns = createReportTurns(RUNNING, WAITING);

  app.get('/v1/reports/:name', async (request, reply) => {
    const { workspaceId } = authorise(registry, requestKey(request), 'read');
    const name = readReportName((request.params as { readonly name: string }).name);
    const query = withFormsOfIds(readReportQuery(name, request.query), (id) => formsOf(workspaceId, id));
    if (!storeReady()) throw storeStarting();
    return turns.take(workspaceId, async () => {
      const moment = { nowMs: now(), completeTo: completeTo?.() ?? null };
      const compiled = await compileFor(store, workspaceId, name, query, { limits, nowMs: moment.nowMs });
      const gone = await readExpiredDays(store, workspaceId, compiled, query);
      // Beside the answer, as exports have rows alone.
      if (gone) reply.header('Tidemark-Expired-Days', `${gone.first}/${gone.last}; days=${gone.days}`);
      const format = query.format ?? 'json';
      return orTooHeavy<unknown>(limits, () =>
        format === 'json'
          ? answerReport(store, name, compiled, query, moment)
          : sendExport(reply, store, name, compiled, format),
      );
    });
  });
}

/** Goes out as the store makes it: nothing of it is held here. */
async function sendExport(
  reply: FastifyReply,
  store: StoreConnection,
  name: ReportName,
  { rows }: CompiledReport,
  format: ExportFormat,
): Promise<FastifyReply> {
  const stream = await streamQuery(store, rows, format);
  reply
    .type(EXPORT_FORMATS[format].type)
    .header('Content-Disposition', `attachment; filename="${name}.${format}"`)
    .header('X-Content-Type-Options', 'nosniff')
    .send(stream);
  await finished(stream).catch(() => undefined); // whoever hung up is no fault; the turn lasts until it is over
  return reply;
}
