import { TidemarkError } from '../../observe/errors.js';
import type { StoreConnection } from '../connect.js';
import { loadRows } from '../load-rows.js';
import { queryRows } from '../query-rows.js';
import { createRowBinaryWriter } from '../row-binary.js';
import { DECISION_COLUMNS, type DecisionRow } from '../tables/decisions.js';

export type { DecisionRow } from '../tables/decisions.js';

const LAYOUT = { table: 'decisions', columns: DECISION_COLUMNS.map(({ name, type }) => ({ name, type })) };

/** All or none; the same rows again change nothing. @throws {TidemarkError} `store_refused`. */
export async function writeDecisions(store: StoreConnection, rows: readonly DecisionRow[]): Promise<void> {
  const writer = createRowBinaryWriter();
  for (const row of rows) for (const column of DECISION_COLUMNS) column.write(writer, row);
  const refusal = await loadRows(store, LAYOUT, [writer.take()]);
  if (refusal) throw new TidemarkError('store_refused', 'The store refuses decisions: is its schema of this release?');
}

const QUERY = `
  SELECT workspace_id AS workspaceId, toString(decision_id) AS decisionId, toUnixTimestamp64Milli(decided_at) AS decidedAt,
    user_id AS userId, product_id AS productId, order_side AS side, model_version AS modelVersion, asked, facts, answer
  FROM decisions FINAL
  WHERE workspace_id = {workspace:String} AND decision_id = toUUIDOrZero({decision:String})`;

export async function findDecision(
  store: StoreConnection,
  workspaceId: string,
  decisionId: string,
): Promise<DecisionRow | undefined> {
  const [row] = await queryRows<DecisionRow>(store, QUERY, { workspace: workspaceId, decision: decisionId });
  return row;
}
