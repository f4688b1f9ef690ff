import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import type { DecisionRow } from '../tables/decisions.js';

/** What of a decision tells how its questions are spread. */
export type AskedFacts = Pick<DecisionRow, 'side' | 'facts' | 'answer'>;

/** Some 3 KB each. */
const ROWS_MAX = 2_000;

const QUERY = `
  SELECT order_side AS side, facts, answer
  FROM decisions FINAL
  WHERE workspace_id = {workspace:String} AND model_version = {version:String}
  ORDER BY decided_at DESC LIMIT ${ROWS_MAX}`;

/** The newest decisions by a model. */
export function readRecentDecisions(
  store: StoreConnection,
  workspaceId: string,
  modelVersion: string,
): Promise<readonly AskedFacts[]> {
  return queryRows<AskedFacts>(store, QUERY, { workspace: workspaceId, version: modelVersion });
}
