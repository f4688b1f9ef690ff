import { stat } from 'node:fs/promises';
import type { CityResponse, Reader } from 'maxmind';
import type { Logger } from '../../observe/logger.js';

/** Where a network is, as coarse as analysis needs. Empty where the database does not know. */
export interface Place {
  /** ISO 3166-1, two letters. */
  readonly country: string;
  /** ISO 3166-2, such as `CN-SH`. */
  readonly region: string;
  readonly point?: CoarsePoint;
}

/** Which city, and nothing finer. */
export interface CoarsePoint {
  /** Degrees, to a tenth. */
  readonly latitude: number;
  readonly longitude: number;
  /** Within which it may be, whole kilometres, 1 at the least. */
  readonly radiusKm: number;
}

/** @param ipPrefix - a network as it is kept (`203.0.113.0/24`): the address itself is asked for by nobody. */
export type Locate = (ipPrefix: string) => Place;

export interface GeoDatabase {
  readonly locate: Locate;
  isLoaded(): boolean;
  /** Whether it is one of cities: others know no coordinates. */
  tellsPoints(): boolean;
}

export interface GeoOptions {
  /** A MaxMind database that the operator supplies; without one every place is empty. */
  readonly path: string | undefined;
  readonly logger: Logger;
  /** Milliseconds. */
  readonly now: () => number;
}

/** So often, at the most, the file is looked at for a newer one. */
const CHECK_MS = 10_000;
const REMEMBERED_NETWORKS = 10_000;
/** GeoLite2-City, GeoIP2-Enterprise, DBIP-City-Lite and the like. */
const OF_CITIES = /city|enterprise|insights/i;
const NOWHERE: Place = { country: '', region: '' };
/** Some eleven kilometres. */
const PARTS_OF_DEGREE = 10;
/** What databases that tell a radius say at the most: it stands for one that is not told. */
const RADIUS_UNTOLD_KM = 1_000;
/** Half of the way round: anywhere. */
const RADIUS_MOST_KM = 20_000;

/**
 * Opens the operator's database, and opens it again when the file has changed. One that cannot be read is a warning: places
 * stay empty, or as the one before tells them.
 *
 * @see MaxMind DB file format 2.0; GeoIP2 City and Country.
 */
export async function openGeoDatabase({ path, logger, now }: GeoOptions): Promise<GeoDatabase> {
  let reader: Reader<CityResponse> | undefined;
  let version = '';
  let checkedAt = now();
  let warned = '';
  const places = new Map<string, Place>();

  /** Once a fault: the file is looked at every few seconds. */
  function warn(error: unknown, what: string): void {
    if (String(error) === warned) return;
    warned = String(error);
    logger.warn({ path, error: warned }, `the geo database ${what}`);
  }

  async function load(file: string): Promise<void> {
    const { mtimeMs, size, ino } = await stat(file);
    const found = [mtimeMs, size, ino].join();
    if (found === version) return;
    version = found; // a broken one is not read again and again
    const maxmind = await import('maxmind'); // only where there is a database
    reader = await maxmind.open<CityResponse>(file);
    warned = '';
    places.clear();
    const { databaseType, buildEpoch } = reader.metadata;
    logger.info({ path, databaseType, buildEpoch }, 'geo database loaded');
  }

  function loadOrWarn(file: string): Promise<void> {
    return load(file).catch((error: unknown) => warn(error, 'cannot be read; places stay as they were, or empty'));
  }

  function look(ipPrefix: string): Place {
    try {
      const found = reader?.get(ipPrefix.slice(0, ipPrefix.indexOf('/')));
      if (!found) return NOWHERE;
      const country = found.country?.iso_code ?? '';
      const region = found.subdivisions?.[0]?.iso_code;
      const point = pointOf(found);
      return { country, region: country && region ? `${country}-${region}` : '', ...(point && { point }) };
    } catch (error) {
      warn(error, 'is damaged; some places are empty');
      return NOWHERE;
    }
  }

  if (path !== undefined) await loadOrWarn(path);
  return {
    isLoaded: () => reader !== undefined,
    tellsPoints: () => OF_CITIES.test(reader?.metadata.databaseType ?? ''),
    locate(ipPrefix) {
      if (path === undefined || ipPrefix === '') return NOWHERE;
      if (now() - checkedAt >= CHECK_MS) {
        checkedAt = now();
        void loadOrWarn(path);
      }
      let place = places.get(ipPrefix);
      if (place === undefined) {
        place = look(ipPrefix);
        if (places.size >= REMEMBERED_NETWORKS) places.clear();
        places.set(ipPrefix, place);
      }
      return place;
    },
  };
}

/** None where the database tells none, and of a network whose people are elsewhere. */
function pointOf({ location, traits }: CityResponse): CoarsePoint | undefined {
  const { latitude, longitude, accuracy_radius: radius = RADIUS_UNTOLD_KM } = location ?? {};
  if (traits?.is_anycast || traits?.is_anonymous || traits?.is_satellite_provider) return undefined;
  if (!isWithin(latitude, 90) || !isWithin(longitude, 180) || !(radius > 0)) return undefined;
  const radiusKm = Math.min(Math.ceil(radius), RADIUS_MOST_KM);
  return { latitude: coarse(latitude), longitude: coarse(longitude), radiusKm };
}

function isWithin(degrees: number | undefined, most: number): degrees is number {
  return typeof degrees === 'number' && Math.abs(degrees) <= most;
}

function coarse(degrees: number): number {
  return Math.round(degrees * PARTS_OF_DEGREE) / PARTS_OF_DEGREE;
}
