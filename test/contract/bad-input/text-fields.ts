import type { EventType } from '@tidemark/protocol';
import { EVENT_SCHEMAS } from '@tidemark/protocol/schema';
import { makeEvent, testId } from '../../fixtures/batches.js';

export type Fields = Readonly<Record<string, unknown>>;

/** Where a text may stand in an event, and where it is found in the store. */
export interface TextField {
  readonly type: EventType;
  readonly field: string;
  /** The event's own fields, with this text in its place. */
  readonly holding: (text: string) => Fields;
  /** The text in its place again. */
  readonly reading: (fields: Fields) => string;
  /** SQL of what was stored. */
  readonly stored: string;
  /** What stands before the text there. */
  readonly prefix?: string;
}

/** The least that each type must say. */
const LEAST: Readonly<Record<EventType, Readonly<Record<string, unknown>>>> = {
  page_view: {},
  screen_view: {},
  view_end: { dwellMs: 1 },
  click: { target: 'a' },
  form_start: { form: 'a' },
  scroll: { depthRatio: 1 },
  exposure: { module: 'a' },
  outbound_link: { url: 'a' },
  download: { url: 'a' },
  conversion: { goal: 'a' },
  order: {
    orderId: 'a',
    productId: 'a',
    side: 'sell',
    phase: 'placed',
    shares: 1,
    price: 1,
    currency: 'CNY',
  },
  web_vital: { metric: 'LCP', value: 1 },
  error: { message: 'a' },
  identify: { userId: 'a' },
  alias: { previousVisitorId: testId(1) },
  consent: { purposes: {} },
  transition: { fromPage: 'a', way: 'link' },
  sdk_health: { queued: 0, delivered: 0, rejected: 0, dropped: {} },
  custom: { name: 'a' },
};
export const TYPES = Object.keys(LEAST) as EventType[]; // its own keys

/** Columns whose names do not follow from the field's. */
const STORED: Readonly<Record<string, string>> = {
  target: 'name',
  form: 'name',
  module: 'name',
  goal: 'name',
  userId: "props['identified']",
  source: "props['source']",
  stack: "props['stack']",
};
const snakeCase = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A valid event of a type, number `seq` of its queue. */
export function leastEvent(
  type: EventType,
  seq: number,
  queue: number,
  fields: Readonly<Record<string, unknown>> = {},
) {
  return makeEvent(seq, { name: undefined, ...LEAST[type], ...fields, type }, queue);
}

/** Every place of every type, told by the schema itself: where any text will do. */
export function textFields(): TextField[] {
  return TYPES.flatMap((type) => {
    const schema = EVENT_SCHEMAS[type];
    const takes = (fields: Readonly<Record<string, unknown>>) =>
      schema.safeParse(leastEvent(type, 1, 1, fields)).success;
    const plain = Object.keys(schema.shape)
      .filter((field) => field !== 'type' && takes({ [field]: 'any text' }))
      .map((field) => ({
        type,
        field,
        holding: (text: string) => ({ [field]: text }),
        reading: at(field),
        stored: STORED[field] ?? snakeCase(field),
      }));
    const inside = INSIDE.filter(({ field }) => (field.split('.')[0] as string) in schema.shape);
    return [...plain, ...inside.map((place) => ({ type, ...place }))];
  });
}

const FIRST_KEY = 'mapKeys(props)[1]';
/** Places inside of fields: values, and keys that the app chooses. */
const INSIDE: readonly Omit<TextField, 'type'>[] = [
  {
    field: 'props.value',
    holding: (text) => ({ props: { text } }),
    reading: at('props', 'text'),
    stored: "props['text']",
  },
  {
    field: 'props.key',
    holding: (text) => ({ props: ownKey(text) }),
    reading: firstKeyOf('props'),
    stored: FIRST_KEY,
  },
  {
    field: 'traits.value',
    holding: (text) => ({ traits: { text } }),
    reading: at('traits', 'text'),
    stored: "props['trait.text']",
  },
  {
    field: 'traits.key',
    holding: (text) => ({ traits: ownKey(text) }),
    reading: firstKeyOf('traits'),
    stored: FIRST_KEY,
    prefix: 'trait.',
  },
  {
    field: 'dropped.key',
    holding: (text) => ({ dropped: ownKey(text) }),
    reading: firstKeyOf('dropped'),
    stored: FIRST_KEY,
    prefix: 'dropped.',
  },
  {
    field: 'modules',
    holding: (text) => ({ modules: [text] }),
    reading: at('modules', 0),
    stored: 'modules[1]',
  },
  ...['source', 'medium', 'name', 'term', 'content'].map((name) => ({
    field: `campaign.${name}`,
    holding: (text: string) => ({ campaign: { [name]: text } }),
    reading: at('campaign', name),
    stored: `props['campaign.${name}']`,
  })),
];

function at(...path: readonly (string | number)[]): (fields: Fields) => string {
  return (fields) =>
    String(path.reduce<unknown>((value, name) => (value as Record<string | number, unknown>)[name], fields)); // as it was made
}

function firstKeyOf(field: string): (fields: Fields) => string {
  return (fields) => Object.keys(fields[field] as object)[0] ?? ''; // as it was made
}

/** `__proto__` too is a key like any other in JSON. */
function ownKey(key: string): object {
  return JSON.parse(`{${JSON.stringify(key)}:1}`) as object;
}
