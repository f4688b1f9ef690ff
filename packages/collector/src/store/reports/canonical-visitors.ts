/** A round about halves the longest way between two ids of a device: of n ids in a row all are found in log2(n) rounds. */
const ROUNDS = 8;

/** Ids in a row, each an alias of the next, that are one visitor: a round to spare. Longer rows may count as several. */
export const ALIAS_CHAIN_MAX = 128;

/**
 * Who is one visitor: ids that `alias` events connect, directly or over others, in either direction, in circles or not. One
 * row for each id that has an alias or is one: `id`, and `device`, the lowest of the visitor's ids. Binds `workspace`.
 *
 * The pairs of ids are a graph, and its connected parts are looked for in rounds that read each pair once: in each, ids
 * come to point at lower ones, until all of a part point at the lowest.
 *
 * @see R. Kiveris et al., "Connected Components in MapReduce and Beyond", SoCC 2014, "alternating algorithm".
 */
export function canonicalVisitors(): string {
  let pairs = `
    SELECT greatest(previous_visitor_id, visitor_id) AS id, least(previous_visitor_id, visitor_id) AS device
    FROM aliases WHERE workspace_id = {workspace:String}`;
  for (let round = 0; round < ROUNDS; round++) pairs = smallStar(largeStar(pairs));
  return `SELECT pair.id AS id, min(pair.device) AS device FROM (${pairs}) AS pair GROUP BY pair.id`;
}

/** Of each id, neighbours above it now point at the lowest of its neighbourhood. */
function largeStar(pairs: string): string {
  return `
    SELECT arrayJoin(arrayFilter(other -> other > self, others)) AS id, least(self, arrayMin(others)) AS device
    FROM (
      SELECT way.1 AS self, groupUniqArray(way.2) AS others
      FROM (${pairs}) ARRAY JOIN [(id, device), (device, id)] AS way
      GROUP BY self
    )`;
}

/** Of each id, itself and its neighbours below it now point at the lowest of them. */
function smallStar(pairs: string): string {
  return `
    SELECT arrayJoin(arrayPushBack(groupUniqArray(pair.device), pair.id)) AS id, min(pair.device) AS device
    FROM (${pairs}) AS pair GROUP BY pair.id`;
}
