import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';

/** What a report need not reckon with in most workspaces, and takes longer than many a report. */
export interface WorkspaceTraits {
  /** Whether it has aliases: without, nobody need be asked who is who. */
  readonly aliased: boolean;
  /** Whether any event stands for more than itself: without, each counts for one. */
  readonly sampled: boolean;
}

const TRAITS = `
  SELECT
    (SELECT count() FROM (SELECT 1 FROM aliases WHERE workspace_id = {workspace:String} LIMIT 1)) AS aliased,
    (SELECT count() FROM (SELECT 1 FROM minute_activity WHERE workspace_id = {workspace:String} AND square_excess != 0 LIMIT 1)) AS sampled`;

export async function readTraits(store: StoreConnection, workspaceId: string): Promise<WorkspaceTraits> {
  const [found] = await queryRows<{ aliased: number; sampled: number }>(store, TRAITS, { workspace: workspaceId });
  return { aliased: found?.aliased === 1, sampled: found?.sampled === 1 };
}
