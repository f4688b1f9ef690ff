import { createEntityTable } from './entity-table.js';
import { makeFlag } from './flag.js';
import type { DetectorState, RiskDetector } from './risk-event.js';

const VERSION = 1;
const HOUR_MS = 3_600_000;
/** Nearer than this, tables of addresses are wrong too often. */
const DISTANCE_LEAST_KM = 500;
/** An airliner does some 900 km/h over ground; this leaves it a tail wind. */
const SPEED_MOST_KMH = 1_000;
const EARTH_RADIUS_KM = 6_371;

/** The last known place of one user. Plain data. */
interface LastPlace {
  atMs: number;
  latitude: number;
  longitude: number;
  accuracyKm: number;
}

/** Finds users at two places further apart than anybody could have travelled in between. A country alone says nothing. */
export function createImpossibleTravelDetector(saved?: DetectorState, entitiesMax?: number): RiskDetector {
  const places = createEntityTable<LastPlace>(
    () => ({ atMs: -1, latitude: 0, longitude: 0, accuracyKm: 0 }),
    entitiesMax,
    saved?.places,
  );
  return {
    observe: ({ userId, place, atMs }) => {
      if (userId === '' || !place || !Number.isFinite(atMs) || !isOnEarth(place)) return [];
      const last = places.of(userId);
      const isFirst = last.atMs < 0;
      const beforeMs = last.atMs;
      const distance = isFirst ? 0 : Math.max(0, distanceKm(last, place) - last.accuracyKm - place.accuracyKm);
      last.atMs = atMs;
      last.latitude = place.latitude;
      last.longitude = place.longitude;
      last.accuracyKm = place.accuracyKm;
      const hours = Math.abs(atMs - beforeMs) / HOUR_MS; // a late event travelled as far
      const speed = distance / Math.max(hours, 1 / 60);
      if (distance < DISTANCE_LEAST_KM || speed <= SPEED_MOST_KMH) return [];
      const far = Math.round(distance);
      return [
        makeFlag(
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
                text: `Seen at two places at least ${far} km apart within ${Math.round(hours * 60)} minutes; no airliner is as fast.`,
              },
            ],
          },
          VERSION,
        ),
      ];
    },
    save: () => ({ places: places.save() }),
    evicted: places.evicted,
  };
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
