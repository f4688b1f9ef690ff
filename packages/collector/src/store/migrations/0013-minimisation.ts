import type { Migration } from './migration.js';

/** What a workspace stores less of: ids of people, and visitors that outlive the day. */
const WORKSPACE_SETTINGS = `
    ALTER TABLE workspaces
      ADD COLUMN IF NOT EXISTS pseudonymous_ids UInt8 AFTER allowed_origins,
      ADD COLUMN IF NOT EXISTS id_salts Array(String) AFTER pseudonymous_ids,
      ADD COLUMN IF NOT EXISTS cookieless UInt8 AFTER id_salts`;

export const minimisation: Migration = { number: 13, name: 'minimisation', statements: [WORKSPACE_SETTINGS] };
