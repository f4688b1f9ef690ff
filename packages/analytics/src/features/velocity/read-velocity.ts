import type { EpochMs } from '@tidemark/protocol';
import { absent, type Measure, measure } from '../../stats/outcome.js';
import { type Counts, startsOf, sumWindows } from './counts.js';
import { currentSession } from './open-sessions.js';
import { countSince, type RecentIds } from './recent-ids.js';
import type { VelocityState } from './velocity-state.js';
import { VELOCITY_WINDOWS } from './windows.js';

/** One feature of the catalog, by memory. */
export interface VelocityReading {
  readonly measure: Measure;
  /** Events from this moment on were counted, up to the moment asked for. */
  readonly sinceMs: EpochMs;
  /** False where there may have been more than is remembered: the number is a lower bound. */
  readonly exact: boolean;
}

/**
 * All velocity features of a subject, by their names in the catalog.
 *
 * @param asOfMs - no earlier than the state's own clock; an earlier moment is answered as of that.
 */
export function readVelocity(state: VelocityState, asOfMs: EpochMs): ReadonlyMap<string, VelocityReading> {
  const nowMs = Math.max(asOfMs, state.asOfMs);
  const starts = startsOf(nowMs);
  const sums = sumWindows(state.buckets, starts, nowMs);
  const readings = new Map<string, VelocityReading>();
  for (const [i, { name }] of VELOCITY_WINDOWS.entries()) {
    const [sinceMs, sum] = [starts[i] ?? 0, sums[i]];
    if (sum) addWindow(readings, state, name, sinceMs, sum);
  }
  const dayMs = starts.at(-1) ?? 0;
  readings.set('devices_24h', distinct(state.devices, dayMs));
  readings.set('networks_24h', distinct(state.networks, dayMs));
  readings.set('users_24h', distinct(state.users, dayMs));
  const orderMs = Math.max(0, ...state.placed.lastMs);
  readings.set('ms_since_last_order_24h', {
    measure: orderMs >= dayMs && orderMs > 0 ? measure(nowMs - orderMs) : absent('no_orders'),
    sinceMs: dayMs,
    exact: true, // the latest is never forgotten
  });
  const session = currentSession(state.sessions, nowMs);
  const ofSession = (value: number | undefined): VelocityReading => ({
    measure: value === undefined ? absent('no_events') : measure(value),
    sinceMs: dayMs,
    exact: true,
  });
  readings.set('session_length_ms_24h', ofSession(session && session.lastMs - session.firstMs));
  readings.set('session_views_24h', ofSession(session?.views));
  return readings;
}

function addWindow(
  readings: Map<string, VelocityReading>,
  state: VelocityState,
  window: string,
  sinceMs: EpochMs,
  sum: Counts,
): void {
  const counted = (value: number): VelocityReading => ({ measure: measure(value), sinceMs, exact: true });
  readings.set(`events_${window}`, counted(sum.events));
  readings.set(`views_${window}`, counted(sum.views));
  readings.set(`clicks_${window}`, counted(sum.clicks));
  readings.set(`orders_${window}`, distinct(state.placed, sinceMs));
  readings.set(`orders_cancelled_${window}`, distinct(state.cancelled, sinceMs));
  readings.set(`orders_filled_${window}`, distinct(state.filled, sinceMs));
  const isMixed = countSince(state.currencies, sinceMs).count > 1;
  readings.set(`order_amount_${window}`, {
    measure: isMixed ? absent('mixed_currencies') : measure(sum.amount),
    sinceMs,
    exact: true,
  });
}

function distinct(ids: RecentIds, sinceMs: EpochMs): VelocityReading {
  const { count, exact } = countSince(ids, sinceMs);
  return { measure: measure(count), sinceMs, exact };
}
