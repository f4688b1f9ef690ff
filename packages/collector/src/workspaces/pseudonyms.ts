import { createHmac } from 'node:crypto';
import { canonicalId } from '../store/privacy/subject-ids.js';
import type { Registry } from './registry.js';

/** Ids of users and accounts as a workspace stores them. */
export interface Pseudonyms {
  /** What takes the place of an id; undefined where ids are stored as they come. */
  maker(workspaceId: string): ((id: string) => string) | undefined;
  /** The id of a user as it is written from now on. */
  storedId(workspaceId: string, id: string): string;
  /**
   * Every way in which whoever has this id may stand in the tables: pseudonyms first, and the id itself, since it may be a
   * visitor's, a pseudonym that was read in a report, or of before the setting was switched on.
   */
  formsOf(workspaceId: string, id: string): readonly string[];
}

/** Begins a pseudonym, so that whoever finds one in a table knows what it is. */
const PREFIX = 'p_';

/**
 * Pseudonyms are HMAC-SHA-256 of the id under a salt of the workspace: the same person is the same pseudonym in one workspace,
 * and two in two; nobody without the salt can find out whose it is by trying ids.
 *
 * @see RFC 2104; ENISA, "Pseudonymisation techniques and best practices" (2019), section 5.1.4.
 */
export function createPseudonyms(registry: Pick<Registry, 'workspace'>): Pseudonyms {
  function maker(workspaceId: string) {
    const { pseudonymousIds = false, idSalts = [] } = registry.workspace(workspaceId) ?? {};
    const [salt] = idSalts;
    return pseudonymousIds && salt !== undefined ? (id: string) => pseudonymOf(salt, id) : undefined;
  }

  return {
    maker,
    storedId: (workspaceId, id) => maker(workspaceId)?.(id) ?? id,
    formsOf(workspaceId, id) {
      const { idSalts = [] } = registry.workspace(workspaceId) ?? {};
      return [...idSalts.map((salt) => pseudonymOf(salt, id)), id];
    },
  };
}

function pseudonymOf(salt: string, id: string): string {
  return `${PREFIX}${createHmac('sha256', Buffer.from(salt, 'hex')).update(canonicalId(id)).digest('hex')}`;
}
