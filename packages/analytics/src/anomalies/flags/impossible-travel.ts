import { type CandidateFlag, makeFlag } from './flag.js';
import { nameNumbers } from './number-rows.js';
import type { RiskEvent } from './risk-event.js';

const VERSION = 1;
const HOUR_MS = 3_600_000;
/** Nearer than this, tables of addresses are wrong too often. */
const DISTANCE_LEAST_KM = 500;
/** An airliner does some 900 km/h over ground; this leaves it a tail wind. */
const SPEED_MOST_KMH = 1_000;
const EARTH_RADIUS_KM = 6_371;

/** The last known place of one user, as part of its row. */
export const LAST_PLACE = nameNumbers({ atMs: -1, latitude: 0, longitude: 0, accuracyKm: 0 });
const [AT, LATITUDE, LONGITUDE, ACCURACY] = [0, 1, 2, 3] as const;

/**
 * Finds users at two places further apart than anybody could have travelled in between. A country alone says nothing.
 *
 * @param numbers - rows, of which that of the event's user has {@link LAST_PLACE} from `at` on; takes the event in.
 */
export function findImpossibleTravel(
  numbers: Float64Array,
  at: number,
  { userId, place, atMs, action }: RiskEvent,
): CandidateFlag | undefined {
  // Who fails to log in may be anybody.
  if (!place || action === 'login_failed' || !isOnEarth(place)) return undefined;
  const beforeMs = numbers[at + AT] ?? -1;
  const latitude = numbers[at + LATITUDE] ?? 0;
  const longitude = numbers[at + LONGITUDE] ?? 0;
  const accuracyKm = numbers[at + ACCURACY] ?? 0;
  const hasMoved = latitude !== place.latitude || longitude !== place.longitude;
  numbers[at + AT] = atMs;
  if (!hasMoved && accuracyKm === place.accuracyKm) return undefined;
  numbers[at + LATITUDE] = place.latitude;
  numbers[at + LONGITUDE] = place.longitude;
  numbers[at + ACCURACY] = place.accuracyKm;
  if (beforeMs < 0 || !hasMoved) return undefined;
  const before = { latitude, longitude };
  const distance = Math.max(0, distanceKm(before, place) - accuracyKm - place.accuracyKm);
  const hours = Math.abs(atMs - beforeMs) / HOUR_MS; // a late event travelled as far
  const speed = distance / Math.max(hours, 1 / 60);
  if (distance < DISTANCE_LEAST_KM || speed <= SPEED_MOST_KMH) return undefined;
  return makeFlag(
    {
      kind: 'impossible_travel',
      entityKind: 'user',
      entityId: userId,
      firstMs: Math.min(beforeMs, atMs),
      lastMs: Math.max(beforeMs, atMs),
      windowMs: 24 * HOUR_MS,
      surprise: Math.log(1e4) + Math.log(speed / SPEED_MOST_KMH),
      evidence: [
        {
          metric: 'speed, km/h',
          observed: speed,
          expectedLow: 0,
          expectedHigh: SPEED_MOST_KMH,
          baselineSpanMs: 0,
          n: 2,
        },
      ],
      reasons: [
        {
          code: 'impossible_speed',
          text: `Seen at two places at least ${Math.round(distance)} km apart within ${Math.round(hours * 60)} minutes; no airliner is as fast.`,
        },
      ],
    },
    VERSION,
  );
}

interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

function isOnEarth({ latitude, longitude, accuracyKm }: Point & { readonly accuracyKm: number }): boolean {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && accuracyKm >= 0;
}

/** Great circle. @see R. Sinnott, "Virtues of the haversine", Sky and Telescope 1984. */
export function distanceKm(a: Point, b: Point): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half =
    Math.sin(radians(b.latitude - a.latitude) / 2) ** 2 +
    Math.cos(radians(a.latitude)) *
      Math.cos(radians(b.latitude)) *
      Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(half)));
}
