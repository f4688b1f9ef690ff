import type { EngineProcess } from '../process/start-engine.js';
import { uncoverIds } from './uncover-ids.js';

/** Rows of one INSERT: few parts, and yet no more memory than a load takes. */
const CHUNK = 500_000;
const EVENTS_A_SESSION = 20;
const SESSIONS_A_VISITOR = 5;
const DAYS = 30;

/** The visitor of that number, as the rows below name it. */
export function visitorOf(number: number): string {
  return `0198c0de-7777-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

const uuid = (group: string, number: string) =>
  `toUUID(concat('0198c0de-${group}-7000-8000-', lower(leftPad(hex(${number}), 12, '0'))))`;

/**
 * Events of a workspace over thirty days, sessions of twenty events, five of them a visitor, each on another day, made inside the
 * engine. Every view counts them as it would a load.
 */
const rows = (from: number, count: number) => `
  INSERT INTO events (workspace_id, app_id, surface, queue_id, batch_id, visitor_id, user_id, session_id, session_started_at,
    user_agent, received_at, event_day, event_id, event_type, name, seq, occurred_at, corrected_at, logical_at, page, view_id,
    url, title, dwell_ms, amount, currency, sample_weight, props)
  WITH
    intDiv(number, ${EVENTS_A_SESSION}) AS session, intDiv(session, ${SESSIONS_A_VISITOR}) AS visitor,
    number % ${EVENTS_A_SESSION} AS step,
    toDateTime64('2026-01-01 00:00:00', 3, 'UTC')
      + toIntervalSecond(sipHash64(session) % 86400 + 86400 * ((visitor * 7 + session * 6) % ${DAYS})) AS begun,
    begun + toIntervalSecond(step * 11) AS at,
    ['page_view', 'click', 'scroll', 'view_end', 'transition'][1 + step % 5] AS type
  SELECT 'default', 'shop', if(visitor % 3 = 0, 'native', 'h5'), ${uuid('1111', 'visitor')}, ${uuid('2222', 'session')},
    ${uuid('7777', 'visitor')}, if(visitor % 2 = 0, '', concat('user ', toString(visitor))), ${uuid('3333', 'session')}, begun,
    concat('Mozilla/5.0 (Linux; Android ', toString(8 + visitor % 7), ')'), at, toDate(at), ${uuid('4444', 'number')},
    if(step = 17, 'conversion', type), if(step = 17, 'bought', if(type = 'click', 'buy', '')), number % 100 + 1, at, at, at,
    concat('/p/', toString(sipHash64(session, intDiv(step, 5)) % 400)), ${uuid('5555', 'intDiv(number, 5)')},
    concat('https://shop.example/p/', toString(sipHash64(session, intDiv(step, 5)) % 400)), 'A product',
    if(type = 'view_end', sipHash64(number) % 60000, 0), if(step = 17, sipHash64(number) % 5000, 0),
    if(step = 17, 'CNY', ''), 1, map('plan', toString(visitor % 9))
  FROM numbers(${from}, ${count})
  SETTINGS insert_deduplicate = 0, max_partitions_per_insert_block = 101, max_insert_block_size = ${CHUNK}`;

/** @param say - told of the progress. */
export async function fillEvents(engine: EngineProcess, events: number, say: (text: string) => void): Promise<void> {
  await uncoverIds(engine);
  for (let from = 0; from < events; from += CHUNK) {
    await engine.run(rows(from, Math.min(CHUNK, events - from)));
    if ((from / CHUNK) % 4 === 3) say(`${from + CHUNK} events made`);
  }
}
