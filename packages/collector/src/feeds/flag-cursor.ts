import { HttpProblem } from '../observe/http-problem.js';
import type { FlagPositions } from '../store/flags/read-flags.js';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** A cursor names a place at each collector that ever was; more than these are no installation of ours. */
const COLLECTORS_MAX = 64;

/** The beginning. */
const NO_POSITIONS: FlagPositions = {};

/** How far a listener has come, as a text that it gives back unread. It stays good for as long as the flags are kept. */
export function flagCursor(positions: FlagPositions): string {
  return Buffer.from(JSON.stringify(positions)).toString('base64url');
}

/** @throws {HttpProblem} `invalid_query` for a text that is no cursor of ours. */
export function readFlagCursor(cursor: string | undefined): FlagPositions {
  if (cursor === undefined || cursor === '') return NO_POSITIONS;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      const entries = Object.entries(value);
      const isGood = entries.every(([id, place]) => UUID.test(id) && Number.isSafeInteger(place) && Number(place) >= 0);
      if (isGood && entries.length <= COLLECTORS_MAX) return Object.fromEntries(entries) as FlagPositions; // as just seen
    }
  } catch {
    // told below
  }
  throw new HttpProblem('invalid_query', 'This is no cursor of this feed; leave it out to begin at the beginning.', {
    field: 'cursor',
  });
}

export function movedOn(
  positions: FlagPositions,
  flags: readonly { readonly collectorId: string; readonly position: number }[],
): FlagPositions {
  if (flags.length === 0) return positions;
  const next: Record<string, number> = { ...positions };
  for (const { collectorId, position } of flags) next[collectorId] = Math.max(next[collectorId] ?? 0, position);
  return next;
}
