import type { Migration } from './migration.js';

/** Where the sender's network is, to a city. Of rows of before nothing is known, which a radius of 0 says. */
const PLACE = `
    ALTER TABLE events
      ADD COLUMN IF NOT EXISTS latitude Float32 AFTER region,
      ADD COLUMN IF NOT EXISTS longitude Float32 AFTER latitude,
      ADD COLUMN IF NOT EXISTS place_radius_km UInt16 AFTER longitude`;

export const coarsePlaces: Migration = { number: 19, name: 'coarse_places', statements: [PLACE] };
