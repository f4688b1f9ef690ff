import type { ReportName, ReportQuery } from '@tidemark/protocol';
import type { CompiledReport } from './compiled-query.js';
import { compileEffectiveData } from './effective-data.js';
import { compileFunnel } from './funnel.js';
import { compileLive } from './live.js';
import { compileOverview } from './overview.js';
import { compilePages } from './pages.js';
import type { ScopeOptions } from './query-scope.js';
import { compileCohorts, compileRetention } from './retention.js';
import { compileSessions, compileVisitors } from './sessions.js';
import { compileSurfaces } from './surfaces.js';
import { compileTransitions } from './transitions.js';

type Compile<N extends ReportName> = (query: ReportQuery<N>, options: ScopeOptions, nowMs: number) => CompiledReport;

const COMPILERS: { readonly [N in ReportName]: Compile<N> } = {
  overview: compileOverview,
  pages: compilePages,
  sessions: compileSessions,
  visitors: compileVisitors,
  transitions: compileTransitions,
  funnel: compileFunnel,
  retention: compileRetention,
  cohorts: compileCohorts,
  live: compileLive,
  'effective-data': compileEffectiveData,
  surfaces: compileSurfaces,
};

/**
 * The one way from a description of a question to SQL: values are bound, names come from enumerations, and whatever is read is
 * of the workspace and for the purpose.
 */
export function compileReport<N extends ReportName>(
  name: N,
  query: ReportQuery<N>,
  options: ScopeOptions,
  nowMs: number,
): CompiledReport {
  return COMPILERS[name](query, options, nowMs);
}
