import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';

/** An order that was placed, what was known and said of it then, and what became of it so far. */
export interface PlacedOutcomeRow {
  readonly decisionId: string;
  readonly decidedAt: number;
  readonly side: 'subscribe' | 'sell';
  readonly productId: string;
  readonly modelVersion: string;
  /** JSON. */
  readonly facts: string;
  /** Probability of any fill, as it was told. */
  readonly told: number;
  /** Probabilities as the model said them, before recalibration. */
  readonly saidAny: number;
  readonly saidFull: number;
  readonly filled: 0 | 1;
  readonly filledWhole: 0 | 1;
  readonly ended: 0 | 1;
}

/** A decision, by when it was made; the first of all has an empty id. */
export interface DecisionPlace {
  readonly decidedAt: number;
  readonly decisionId: string;
}

/** Some 1 KB each. */
const OUTCOMES_AT_ONCE = 1_000;
/** Clocks of platforms differ: an end that is told to lie before its order by less than this is found all the same. */
const SKEW_DAYS = 1;

const QUERY = `
  WITH placed AS (
    SELECT decision_id, decided_at, order_side, product_id, model_version, facts, answer, JSONExtractString(asked, 'orderId') AS order_id
    FROM decisions FINAL
    WHERE workspace_id = {workspace:String} AND decided_at >= fromUnixTimestamp64Milli({after:Int64}, 'UTC')
      AND (decided_at, decision_id) > (fromUnixTimestamp64Milli({after:Int64}, 'UTC'), toUUIDOrZero({afterId:String}))
      AND decided_at < fromUnixTimestamp64Milli({until:Int64}, 'UTC') AND JSONHas(asked, 'orderId')
    ORDER BY decided_at, decision_id LIMIT ${OUTCOMES_AT_ONCE}),
  ends AS (
    SELECT order_id, countIf(event_type = 'order_fill') > 0 AS filled,
      countIf(event_type = 'order_fill' AND remaining_shares = 0) > 0 AS filled_whole,
      filled_whole OR countIf(event_type = 'order_end') > 0 AS ended
    FROM events
    WHERE workspace_id = {workspace:String} AND event_day >= toDate({firstDay:Int32})
      AND event_type IN ('order_fill', 'order_end') AND order_id IN (SELECT order_id FROM placed)
    GROUP BY order_id)
  SELECT toString(placed.decision_id) AS decisionId, toUnixTimestamp64Milli(placed.decided_at) AS decidedAt,
    placed.order_side AS side, placed.product_id AS productId, placed.model_version AS modelVersion,
    placed.facts AS facts, JSONExtractFloat(placed.answer, 'probability') AS told,
    if(JSONHas(placed.answer, 'recalibration'), JSONExtractFloat(placed.answer, 'recalibration', 'said', 'any'),
      JSONExtractFloat(placed.answer, 'probability')) AS saidAny,
    if(JSONHas(placed.answer, 'recalibration'), JSONExtractFloat(placed.answer, 'recalibration', 'said', 'full'),
      JSONExtractFloat(placed.answer, 'full', 'probability')) AS saidFull,
    ends.filled AS filled, ends.filled_whole AS filledWhole, ends.ended AS ended
  FROM placed LEFT JOIN ends ON ends.order_id = placed.order_id
  ORDER BY placed.decided_at, placed.decision_id`;

/** Orders placed after one decision and before a moment, in order of time: `OUTCOMES_AT_ONCE` of them at most. */
export function readPlacedOutcomes(
  store: StoreConnection,
  workspaceId: string,
  after: DecisionPlace,
  untilMs: number,
): Promise<readonly PlacedOutcomeRow[]> {
  return queryRows<PlacedOutcomeRow>(store, QUERY, {
    workspace: workspaceId,
    after: after.decidedAt,
    afterId: after.decisionId,
    until: Math.floor(untilMs),
    firstDay: Math.max(0, Math.floor(after.decidedAt / 86_400_000) - SKEW_DAYS),
  });
}
