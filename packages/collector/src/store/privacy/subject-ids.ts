const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The one way to write an id: UUIDs go in either case on the wire and in lower case in tables. */
export function canonicalId(id: string): string {
  return UUID.test(id) ? id.toLowerCase() : id;
}

/** Every way in which an id may stand in a table as a whole value. */
export function formsOf(id: string): readonly string[] {
  return UUID.test(id) ? [...new Set([id, id.toLowerCase(), id.toUpperCase()])] : [id];
}

const DISTINCTIVE_LENGTH = 8;

/**
 * Whether an id that is found as a whole value is the subject's wherever it stands. `7` may be anybody's plan, and `checkout`
 * anybody's goal: these are looked for only where a user is named.
 */
export function isDistinctive(id: string): boolean {
  return id.length >= DISTINCTIVE_LENGTH && /\d/.test(id);
}

/** Names under which an app attaches the id of a user, in any case: `identified` is ours. */
export const USER_NAMES = ['identified', 'user'] as const;

/** What stands in JSON that holds the id: a UUID by itself, another distinctive one as a whole text, any other with its name. */
export function jsonNeedles(id: string): readonly string[] {
  if (UUID.test(id)) return formsOf(id);
  return [isDistinctive(id) ? JSON.stringify(id) : `"userId":${JSON.stringify(id)}`];
}
