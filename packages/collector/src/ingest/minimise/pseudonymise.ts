import type { Minimise } from './create-minimise.js';
import type { Minimiser } from './minimiser.js';

/** What takes the place of an id of a user or account; undefined where ids are stored as they come. */
export type PseudonymMaker = (workspaceId: string) => ((id: string) => string) | undefined;

/** Whose values are ids of people, in whichever spelling an app attaches them. */
const ID_NAME = /^(?:user|account)[_-]?id$/i;
/** Ids and words of ours, and the app's own names of orders and products, which join rows here to rows there. */
const LEFT = new Set(
  'type eventId viewId queueId visitorId previousVisitorId sessionId orderId productId surface consent'.split(' '),
);
/** Shorter ones, and words, may be anybody's: `7` may be a plan, and `checkout` a goal. */
const DISTINCTIVE_LENGTH = 8;
/**
 * Different ids of a batch that are looked for in all of its texts. A device names one or two people. Each id is a look at every
 * text, and a batch has room for thousands of both: without a bound, one request would hold up all others for seconds.
 */
export const IDS_SOUGHT_MOST = 32;

/** What is looked for in texts, and what takes its place. */
type Sought = ReadonlyMap<string, string>;

/**
 * Has a minimiser put pseudonyms in the place of the ids of users and accounts that a batch names: in the fields that are
 * theirs, and wherever else in its texts they stand, if they are distinctive (eight characters and a digit among them) and
 * among the first that it names, or the text is of an event of theirs.
 *
 * @param countUnsought - told of the distinctive ids of a batch beyond the bound.
 */
export function withPseudonyms(
  minimise: Minimise,
  makerOf: PseudonymMaker,
  countUnsought: (ids: number) => void,
): Minimise {
  return (workspaceId, appId, named = []) => {
    const minimiser = minimise(workspaceId, appId, named);
    const make = makerOf(workspaceId);
    if (!make) return minimiser;
    const ids = [...new Set(named.flatMap(idsNamedBy))].filter(isDistinctive);
    if (ids.length > IDS_SOUGHT_MOST) countUnsought(ids.length - IDS_SOUGHT_MOST);
    return createPseudonymiser(minimiser, make, ids.slice(0, IDS_SOUGHT_MOST));
  };
}

function createPseudonymiser(minimiser: Minimiser, make: (id: string) => string, ids: readonly string[]): Minimiser {
  const made = new Map<string, string>();
  const soughtEverywhere = soughtFor(ids);

  /** Events of a batch name few people: each is made once. */
  function pseudonymOf(id: string): string {
    const known = made.get(id);
    if (known !== undefined) return known;
    const pseudonym = make(id);
    made.set(id, pseudonym);
    return pseudonym;
  }

  /** As they are, and as addresses write them. */
  function soughtFor(distinctive: readonly string[]): Sought {
    return new Map(
      distinctive.flatMap((id) =>
        [id, encodeURIComponent(Buffer.from(id).toString())].map((form) => [form, pseudonymOf(id)] as const),
      ),
    );
  }

  /** With whom an event itself is about: two ids at most, however many people the batch names. */
  function soughtIn(value: unknown): Sought {
    if (!isRecord(value)) return soughtEverywhere;
    const own = [value.userId, value.accountId].filter(isIdValue).map(String).filter(isDistinctive);
    const further = own.filter((id) => !soughtEverywhere.has(id));
    return further.length === 0 ? soughtEverywhere : new Map([...soughtEverywhere, ...soughtFor(further)]);
  }

  /** In place; what it was given is an event, a context, or was parsed from JSON just now. */
  function replaceIn(fields: Record<string, unknown> | unknown[], sought: Sought): void {
    const values = fields as Record<string, unknown>; // a list has its places for names
    for (const name of Object.keys(values)) {
      const value = values[name];
      if (isId(name, value)) values[name] = pseudonymOf(String(value));
      else if (typeof value === 'string' && !LEFT.has(name)) values[name] = inText(value, sought);
      else if (typeof value === 'number' && sought.has(String(value)) && !LEFT.has(name))
        values[name] = inText(`${value}`, sought);
      else if (typeof value === 'object' && value !== null) replaceIn(value as Record<string, unknown>, sought);
      const clean = inText(name, sought);
      if (clean === name || Array.isArray(fields)) continue;
      values[clean] = values[name];
      delete values[name];
    }
  }

  return {
    text: (text) => inText(minimiser.text(text), soughtEverywhere),
    fields(fields) {
      const sought = soughtIn(fields);
      minimiser.fields(fields);
      replaceIn(fields as Record<string, unknown>, sought); // of an event or a context, looked at by their names
    },
    json(value) {
      const whole = { value: JSON.parse(minimiser.json(value ?? null)) as unknown };
      replaceIn(whole, soughtIn(value));
      return JSON.stringify(whole.value);
    },
  };
}

function inText(value: string, sought: Sought): string {
  if (value.length < DISTINCTIVE_LENGTH) return value;
  let text = value;
  for (const [id, pseudonym] of sought) if (text.includes(id)) text = text.replaceAll(id, () => pseudonym);
  return text;
}

/** Where the schema knows ids and apps put them: an event may hold anything anywhere before it is checked. */
function idsNamedBy(value: unknown): string[] {
  if (!isRecord(value)) return [];
  return [value, value.props].filter(isRecord).flatMap((fields) =>
    Object.entries(fields)
      .filter(([name, inner]) => isId(name, inner))
      .map(([, id]) => String(id)),
  );
}

function isDistinctive(id: string): boolean {
  return id.length >= DISTINCTIVE_LENGTH && /\d/.test(id);
}

function isId(name: string, value: unknown): value is string | number {
  return ID_NAME.test(name) && isIdValue(value);
}

function isIdValue(value: unknown): value is string | number {
  return typeof value === 'string' ? value !== '' : typeof value === 'number';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
