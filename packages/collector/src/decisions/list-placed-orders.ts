import type { EpochMs, OrderDecision } from '@tidemark/protocol';
import type { PlacedOrderRow } from '../store/decisions/placed-orders.js';

const LISTED_MAX = 200;
const LISTED_MS = 7 * 86_400_000;

/**
 * The orders that were placed last, the newest first.
 *
 * @param waiting - decisions that are not in the store yet.
 * @param stored - those of placed orders that are.
 */
export async function listPlacedOrders(
  waiting: readonly PlacedOrderRow[],
  stored: (afterMs: EpochMs, limit: number) => Promise<readonly PlacedOrderRow[]>,
  nowMs: EpochMs,
): Promise<readonly OrderDecision[]> {
  const rows = [...waiting, ...(await stored(nowMs - LISTED_MS, LISTED_MAX))];
  const byId = new Map(rows.map((row) => [row.decisionId, row]));
  return [...byId.values()]
    .map(decisionOf)
    .filter(({ asked }) => asked.orderId !== undefined)
    .sort((a, b) => b.decidedAt - a.decidedAt)
    .slice(0, LISTED_MAX);
}

function decisionOf({ decisionId, decidedAt, modelVersion, asked, answer }: PlacedOrderRow): OrderDecision {
  return { decisionId, decidedAt, modelVersion, asked: JSON.parse(asked), answer: JSON.parse(answer) };
}
