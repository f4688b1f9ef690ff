import type { ReportByName, ReportName, ReportQuery } from '@tidemark/protocol';
import { REPORT_NAMES } from '@tidemark/protocol';
import { reportQuerySchema } from '@tidemark/protocol/schema';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import type { StoreConnection } from '../store/connect.js';
import { pagesReport } from '../store/reports/pages.js';
import { sessionsReport } from '../store/reports/sessions.js';
import { visitorsReport } from '../store/reports/visitors.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';

type Report<N extends ReportName> = (
  store: StoreConnection,
  workspaceId: string,
  query: ReportQuery,
) => Promise<ReportByName[N]>;

const REPORTS: { readonly [N in ReportName]: Report<N> } = {
  pages: pagesReport,
  sessions: sessionsReport,
  visitors: visitorsReport,
};

export interface ReportRoutesOptions {
  readonly registry: Registry;
  readonly store: StoreConnection;
  readonly storeReady: () => boolean;
}

/** `GET /v1/reports/NAME`, for read and secret keys. */
export function registerReportRoutes(app: FastifyInstance, options: ReportRoutesOptions): void {
  app.get('/v1/reports/:name', async (request) => {
    const { workspaceId } = authorise(options.registry, requestKey(request), 'read');
    const { name } = request.params as { readonly name: string };
    const report = REPORT_NAMES.find((known) => known === name);
    if (!report)
      throw new HttpProblem('not_found', `There is no report "${name}"; there are ${REPORT_NAMES.join(', ')}.`);
    const query = reportQuerySchema.safeParse(request.query);
    if (!query.success) {
      const [issue] = query.error.issues;
      const field = issue?.path.join('.') || (issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : '');
      throw new HttpProblem('invalid_query', `${field}: ${issue?.message ?? 'not understood'}`, { field });
    }
    if (!options.storeReady()) {
      throw new HttpProblem('store_unavailable', 'The store is starting; try again in a moment.', {
        retryAfterSeconds: 1,
      });
    }
    return REPORTS[report](options.store, workspaceId, query.data);
  });
}
