import { countIf, distinctIf, type FeatureSql, MONTH, ratio } from './expressions.js';

const NETWORKED = `${MONTH} AND ip_prefix != ''`;
/** Networks in the order of events; those of one moment and number by their names. */
const PLACES = ['at_ms', 'seq', 'ip_prefix'].map((column) => `groupArrayIf(${column}, ${NETWORKED})`);
const NETWORKS = `tupleElement(arraySort(arrayZip(${PLACES.join(', ')})), 3)`;

export const DEVICE_SQL: FeatureSql = {
  device_age_days: 'max(age_ms) / 86400000',
  devices_30d: distinctIf('queue_id', `${MONTH} AND queue_id != toUUID('00000000-0000-0000-0000-000000000000')`),
  users_30d: distinctIf('user_id', `${MONTH} AND user_id != ''`),
  networks_30d: distinctIf('ip_prefix', NETWORKED),
  network_changes_30d: `arrayCount((a, b) -> a != b, arrayPopBack(${NETWORKS}), arrayPopFront(${NETWORKS}))`,
  countries_30d: distinctIf('country', `${MONTH} AND country != ''`),
  robot_share_30d: ratio(countIf(`${MONTH} AND is_bot = 1`), countIf(MONTH)),
};
