import { cleanUrl, createMask, type PersonalKind } from '@tidemark/protocol';
import { mayHoldPersonalData } from './may-hold-personal-data.js';

export interface MinimiserOptions {
  /** Names of query parameters that stay; one that ends in `*` stands for all that begin so. */
  readonly keepQuery: readonly string[];
  /** Kinds of personal data that are left where they stand. */
  readonly unmask: readonly string[];
  /** Told of each find. `left` is what stands in an id of the app's, or is of a kind that is left. */
  readonly countFound: (kind: PersonalKind, outcome: 'masked' | 'left') => void;
}

/** Takes out what nobody asked for, before anything is written. */
export interface Minimiser {
  /** An event or a context, in place: its texts are masked, its addresses cleaned. */
  fields(fields: object): void;
  text(text: string): string;
  /**
   * Any value as JSON, with its texts masked and its addresses cleaned likewise.
   *
   * @throws {RangeError} when it is nested too deeply.
   */
  json(value: unknown): string;
}

/**
 * What a field's name says of it.
 *
 * - `ours`: ids and words of ours, checked by the schema; the user agent is cleaned where agents are remembered.
 * - `id`: the app's own ids, which join rows here to rows there: masked, all customers with a phone number for an id would be
 *   one customer. What is found in them is counted.
 * - `address`, and `place`, which may be an address or the name of a screen.
 */
type Role = 'ours' | 'id' | 'address' | 'place';

const ROLES: Readonly<Record<Role, string>> = {
  ours: 'type eventId viewId previousVisitorId side phase metric way queueId visitorId sessionId surface consent userAgent',
  id: 'userId accountId orderId productId',
  address: 'url referrer source',
  place: 'page fromPage',
};
/** A number of eleven digits is a phone's where its name says so; elsewhere it may be an amount. */
const PHONE_NAME = /phone|mobile|tel|msisdn|手机|电话/i;
/** Smaller ones are nobody's: a phone number has eleven digits. */
const NUMBER_MIN = 10_000_000_000;

type Fields = Record<string, unknown>;

export function createMinimiser({ keepQuery, unmask, countFound }: MinimiserOptions): Minimiser {
  const kept = parameters(keepQuery);
  const left = new Set(unmask);
  const roles = new Map(Object.entries(ROLES).flatMap(([role, names]) => names.split(' ').map((name) => [name, role])));
  function mayMask(kind: PersonalKind): boolean {
    const isMasked = !left.has(kind);
    countFound(kind, isMasked ? 'masked' : 'left');
    return isMasked;
  }
  const mask = createMask(mayMask);
  const maskButPhones = createMask((kind) => kind !== 'phone' && mayMask(kind));
  const onlyCount = createMask((kind) => {
    countFound(kind, 'left');
    return false;
  });

  function text(value: string): string {
    return mayHoldPersonalData(value) ? mask(value) : value;
  }

  function textOf(name: string, value: string): string {
    const role = roles.get(name);
    if (role === undefined) return text(value);
    if (role === 'id') return mayHoldPersonalData(value) ? onlyCount(value) : value;
    const isAddress = role === 'address' || (role === 'place' && looksLikeAddress(value));
    return text(isAddress && /[?#@]/.test(value) ? cleanUrl(value, kept) : value);
  }

  /** A number that is masked becomes a text. */
  function numberOf(name: string, value: number): number | string {
    if (value < NUMBER_MIN || !Number.isSafeInteger(value)) return value;
    const digits = String(value);
    const pick = roles.get(name) === 'id' ? onlyCount : PHONE_NAME.test(name) ? mask : maskButPhones;
    const masked = pick(digits);
    return masked === digits ? value : masked;
  }

  function scalarOf(name: string, value: unknown): unknown {
    if (typeof value === 'string') return textOf(name, value);
    return typeof value === 'number' ? numberOf(name, value) : value;
  }

  function maskNames(values: Fields): void {
    const alike = new Map<string, number>();
    for (const name of Object.keys(values)) if (mayHoldPersonalData(name)) rename(values, name, mask(name), alike);
  }

  function maskScalars(values: Fields): void {
    for (const name of Object.keys(values)) {
      const value = values[name];
      const clean = scalarOf(name, value);
      if (clean !== value) values[name] = clean;
    }
  }

  return {
    text,
    fields(given) {
      const values = given as Fields; // of an event or a context, looked at by their names
      for (const name of Object.keys(values)) {
        const value = values[name];
        if (typeof value === 'string') {
          const clean = roles.get(name) === 'ours' ? value : textOf(name, value);
          if (clean !== value) values[name] = clean;
        } else if (typeof value === 'object' && value !== null) {
          // Props and their like, the device, a list of modules: one level of scalars, says the schema.
          maskScalars(value as Fields);
          maskNames(value as Fields);
        }
      }
    },
    json: (value) =>
      JSON.stringify(value, (name, inner: unknown) => {
        if (typeof inner !== 'object' || inner === null) return scalarOf(name, inner);
        if (!Array.isArray(inner)) maskNames(inner as Fields); // parsed from JSON
        return inner;
      }),
  };
}

/** Names as a list is asked for them, with `utm_*` for all that begin so. */
function parameters(names: readonly string[]): { includes(name: string): boolean } {
  const exact = new Set(names);
  const beginnings = names.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  return { includes: (name) => exact.has(name) || beginnings.some((beginning) => name.startsWith(beginning)) };
}

/** Not a name such as "Questions? #1": an address has no blanks, or a slash before the first. */
function looksLikeAddress(value: string): boolean {
  return !/\s/.test(value) || /^[^\s?#]*\//.test(value);
}

/**
 * Two names that are masked alike stay two: `[email]`, `[email]+1`. In time and room for a number each, however many they are.
 *
 * @param alike - how many of these fields came to be called so.
 */
function rename(values: Fields, from: string, to: string, alike: Map<string, number>): void {
  if (to === from) return;
  let count = alike.get(to) ?? 0;
  while (Object.hasOwn(values, nameOf(to, count))) count++;
  alike.set(to, count + 1);
  values[nameOf(to, count)] = values[from];
  delete values[from];
}

function nameOf(name: string, count: number): string {
  return count === 0 ? name : `${name}+${count}`;
}
