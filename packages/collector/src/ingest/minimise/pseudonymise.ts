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
 * Has a minimiser put pseudonyms in the place of the ids of users and accounts that a batch names: in the fields that are
 * theirs, and wherever else in its texts they stand, if they are distinctive (eight characters and a digit among them).
 */
export function withPseudonyms(minimise: Minimise, makerOf: PseudonymMaker): Minimise {
  return (workspaceId, appId, named = []) => {
    const minimiser = minimise(workspaceId, appId, named);
    const make = makerOf(workspaceId);
    return make ? createPseudonymiser(minimiser, make, named) : minimiser;
  };
}

function createPseudonymiser(minimiser: Minimiser, make: (id: string) => string, named: readonly unknown[]): Minimiser {
  const made = new Map<string, string>();
  /** What is looked for in texts, and what takes its place. */
  const found = new Map<string, string>();

  /** Events of a batch name few people: each is made once. */
  function pseudonymOf(id: string): string {
    const known = made.get(id);
    if (known !== undefined) return known;
    const pseudonym = make(id);
    made.set(id, pseudonym);
    if (id.length >= DISTINCTIVE_LENGTH && /\d/.test(id)) {
      for (const form of [id, encodeURIComponent(Buffer.from(id).toString())]) found.set(form, pseudonym);
    }
    return pseudonym;
  }

  /** However deep: it is asked before anything is checked. */
  function learn(value: unknown): void {
    const waiting = [value];
    for (const one of waiting) {
      if (typeof one !== 'object' || one === null) continue;
      for (const [name, inner] of Object.entries(one)) {
        if (isId(name, inner)) pseudonymOf(String(inner));
        else waiting.push(inner);
      }
    }
  }

  function inText(value: string): string {
    let text = value;
    for (const [id, pseudonym] of found) if (text.includes(id)) text = text.replaceAll(id, () => pseudonym);
    return text;
  }

  /** In place; what it was given is an event, a context, or was parsed from JSON just now. */
  function replaceIn(fields: Record<string, unknown> | unknown[]): void {
    const values = fields as Record<string, unknown>; // a list has its places for names
    for (const name of Object.keys(values)) {
      const value = values[name];
      if (isId(name, value)) values[name] = pseudonymOf(String(value));
      else if (typeof value === 'string' && !LEFT.has(name)) values[name] = inText(value);
      else if (typeof value === 'number' && found.has(String(value)) && !LEFT.has(name))
        values[name] = inText(`${value}`);
      else if (typeof value === 'object' && value !== null) replaceIn(value as Record<string, unknown>);
      const clean = inText(name);
      if (clean === name || Array.isArray(fields)) continue;
      values[clean] = values[name];
      delete values[name];
    }
  }

  learn(named);
  return {
    text: (text) => inText(minimiser.text(text)),
    fields(fields) {
      minimiser.fields(fields);
      replaceIn(fields as Record<string, unknown>); // of an event or a context, looked at by their names
    },
    json(value) {
      learn(value);
      const whole = { value: JSON.parse(minimiser.json(value ?? null)) as unknown };
      replaceIn(whole);
      return JSON.stringify(whole.value);
    },
  };
}

function isId(name: string, value: unknown): value is string | number {
  return (typeof value === 'string' ? value !== '' : typeof value === 'number') && ID_NAME.test(name);
}
