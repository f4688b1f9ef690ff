const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The one way to write an id: UUIDs go in either case on the wire and in lower case in tables. */
export function canonicalId(id: string): string {
  return UUID.test(id) ? id.toLowerCase() : id;
}

/** Every way in which an id may stand in a table as a whole value. */
export function formsOf(id: string): readonly string[] {
  return UUID.test(id) ? [...new Set([id, id.toLowerCase(), id.toUpperCase()])] : [id];
}

/**
 * What stands in JSON that holds the id: a UUID by itself, since it is found nowhere by chance; any other id as a whole text,
 * quotes included, since `7` is part of half of all events.
 */
export function jsonNeedles(id: string): readonly string[] {
  return UUID.test(id) ? formsOf(id) : [JSON.stringify(id)];
}
