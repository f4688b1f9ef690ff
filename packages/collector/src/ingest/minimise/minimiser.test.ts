import { readFileSync } from 'node:fs';
import { EVENT_TYPES, type EventType, PERSONAL_KINDS } from '@tidemark/protocol';
import { batchContextSchema, EVENT_SCHEMAS } from '@tidemark/protocol/schema';
import { describe, expect, it } from 'vitest';
import { createMinimiser } from './minimiser.js';

function openMinimiser(options: { keepQuery?: string[]; unmask?: string[] } = {}) {
  const found: string[] = [];
  const countFound = (kind: string, outcome: string) => void found.push(`${kind} ${outcome}`);
  const { keepQuery = ['utm_*'], unmask = [] } = options;
  const minimiser = createMinimiser({ keepQuery, unmask, countFound });
  return {
    found,
    ...minimiser,
    /** What becomes of one field. */
    field(name: string, value: unknown): unknown {
      const fields = { [name]: value };
      minimiser.fields(fields);
      return fields[name] ?? fields;
    },
  };
}

const SECRETS = 'ann@example.com GB29NWBK60161331926819 11010519491231002X 4111111111111111 13812345678';
const IDS = ['userId', 'accountId', 'orderId', 'productId'];

/** Every field of a schema that takes any text, with one that holds all kinds; records and objects with it inside. */
function filled(shape: Readonly<Record<string, { safeParse(value: unknown): { success: boolean; data?: unknown } }>>) {
  const tries = [SECRETS, [SECRETS], { [SECRETS.slice(0, 60)]: SECRETS }, { [SECRETS.slice(0, 60)]: 1 }];
  const fields: [string, unknown][] = [];
  for (const [name, schema] of Object.entries(shape)) {
    const taken = tries.map((one) => schema.safeParse(one)).find(({ success }) => success);
    if (taken) fields.push([name, taken.data]);
  }
  return Object.fromEntries(fields);
}

describe('the minimiser', () => {
  it.each(EVENT_TYPES)("leaves no text of a %s unmasked but the app's own ids", (type: EventType) => {
    const event = filled(EVENT_SCHEMAS[type].shape);
    expect(Object.keys(event)).toContain('props');
    const { fields, found } = openMinimiser();
    fields(event);
    const { userId, accountId, orderId, productId, ...rest } = event;
    expect(JSON.stringify(rest)).not.toMatch(/ann@|GB29|110105|4111|1381/);
    expect(new Set(found.filter((one) => one.endsWith('masked')))).toEqual(
      new Set(PERSONAL_KINDS.map((kind) => `${kind} masked`)),
    );
    for (const id of [userId, accountId, orderId, productId]) expect([undefined, SECRETS]).toContain(id);
  });

  it('leaves no text of a context unmasked but the ids, and counts what is in them', () => {
    const { device, sdk, userAgent: _, ...shape } = batchContextSchema.shape; // the agent is cleaned elsewhere
    const context = {
      ...filled(shape),
      sdk: filled(sdk.shape),
      device: filled(device.unwrap().shape),
    };
    const { fields, found } = openMinimiser();
    fields(context);
    const text = JSON.stringify(context, (name, value) => (IDS.includes(name) ? undefined : value));
    expect(text.match(/\[card\]/g)).toHaveLength(7); // app, release, name and version, locale, zone, network
    expect(text).not.toMatch(/ann@|GB29|110105|4111|1381/);
    expect(found.filter((one) => one === 'card left')).toHaveLength(2);
  });

  it.each([
    ['url', 'https://a.example/p?utm_source=x&token=1#x', 'https://a.example/p?utm_source=x'],
    ['url', 'https://ann:pw@a.example/', 'https://a.example/'],
    ['url', 'a b?token=1', 'a b'],
    ['referrer', 'https://a.example/?q=my+illness', 'https://a.example/'],
    ['source', 'https://a.example/app.js?v=1', 'https://a.example/app.js'],
    ['page', '/app#/fund?utm_id=1&id=2', '/app#/fund?utm_id=1'],
    ['page', '/p q?token=1', '/p q'],
    ['fromPage', '/p?token=1', '/p'],
    ['page', 'Questions? #1', 'Questions? #1'], // the name of a screen
    ['page', '/reset/ann@example.com', '/reset/[email]'],
    ['title', 'What? #1', 'What? #1'],
    ['props', { url: 'https://a.example/?token=1' }, { url: 'https://a.example/' }],
  ])('makes of the %s %j %j', (name, value, expected) => {
    expect(openMinimiser().field(name, value)).toEqual(expected);
  });

  it('keeps the parameters that are named, and all where that is asked for', () => {
    const url = 'https://a.example/?tab=1&table=2&id=3';
    expect(openMinimiser({ keepQuery: ['tab', 'i*'] }).field('url', url)).toBe('https://a.example/?tab=1&id=3');
    expect(openMinimiser({ keepQuery: ['*'] }).field('url', url)).toBe(url);
    expect(openMinimiser({ keepQuery: [] }).field('url', url)).toBe('https://a.example/');
  });

  it.each([
    [{ card: 4111111111111111 }, { card: '[card]' }],
    [
      { mobileNumber: 13812345678, 手机: 13912345678 },
      { mobileNumber: '[phone]', 手机: '[phone]' },
    ],
    [{ volume: 13812345678 }, { volume: 13812345678 }], // an amount
    [
      { at: 1767582000000, us: 1767582000000000 },
      { at: 1767582000000, us: 1767582000000000 },
    ],
    [
      { price: 4111111111111.111, big: 4e22, less: -4111111111111111 },
      { price: 4111111111111.111, big: 4e22, less: -4111111111111111 },
    ],
    [{ orderId: 4111111111111111 }, { orderId: 4111111111111111 }],
    [
      { 'a@b.io': 1, 'c@d.io': 2, '[email]': 3 },
      { '[email]': 3, '[email]+1': 1, '[email]+2': 2 },
    ],
    [
      JSON.parse('{"__proto__":"a@b.io","constructor":"a@b.io"}'),
      JSON.parse('{"__proto__":"[email]","constructor":"[email]"}'),
    ],
  ])('makes of the props %j %j', (props, expected) => {
    const clean = openMinimiser().field('props', props);
    expect(JSON.stringify(clean)).toBe(JSON.stringify(expected));
  });

  it('masks any JSON likewise, however deep, and says when it is too deep', () => {
    const { json } = openMinimiser();
    const value = { a: [{ 'a@b.io': ['4111111111111111', 4111111111111111] }], url: '/p?x=1', orderId: '13812345678' };
    expect(JSON.parse(json(value))).toEqual({
      a: [{ '[email]': ['[card]', '[card]'] }],
      url: '/p',
      orderId: '13812345678',
    });
    expect(json('13812345678')).toBe('"[phone]"');
    expect(json({ text: '\n13812345678' })).toBe(String.raw`{"text":"\n[phone]"}`);
    expect(() => json(JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`))).toThrow(RangeError);
  });

  it('takes no longer for names that are masked alike than for others', () => {
    const { json } = openMinimiser();
    const names = (count: number, name: (n: number) => string) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [name(n), n]));
    const started = performance.now();
    const addresses = json(names(20_000, (n) => `a${n}@b.io`));
    expect(Object.keys(JSON.parse(addresses) as object)).toHaveLength(20_000);
    expect(addresses.length).toBeLessThan(20_000 * 30);
    json({ ...names(10_000, (n) => `[email]+${n}`), ...names(10_000, (n) => `a${n}@b.io`) });
    expect(performance.now() - started).toBeLessThan(3_000); // what looks for a free name from the beginning takes hours
  });

  it('leaves the kinds that it is told to, and counts them', () => {
    const { text, found } = openMinimiser({ unmask: ['phone', 'email'] });
    expect(text('ann@example.com 13812345678 4111111111111111')).toBe('ann@example.com 13812345678 [card]');
    expect(found).toEqual(['email left', 'card masked', 'phone left']);
  });

  const log = `${process.env.TIDEMARK_TEST_DATA ?? '../shared/data'}/weblogs/apache_logs`;
  it('finds in a real access log only the e-mail addresses of robots', ({ skip }) => {
    let lines: string[] = [];
    try {
      lines = readFileSync(log, 'utf8').split('\n');
    } catch {
      skip(`there is no ${log}`);
    }
    const { text, found } = openMinimiser();
    const masked = new Map<string, number>();
    let texts = 0;
    for (const line of lines) {
      const [, request = '', referrer = '', agent = ''] = /"([^"]*)" \d+ \S+ "([^"]*)" "([^"]*)"/.exec(line) ?? [];
      for (const value of [request, referrer, agent]) {
        texts++;
        if (text(value) !== value) masked.set(value, (masked.get(value) ?? 0) + 1);
      }
    }
    const falsely = [...masked].filter(([value]) => !/[\w.]+@[\w-]+\.\w+/.test(value));
    const share = falsely.reduce((sum, [, count]) => sum + count, 0) / texts;
    process.stdout.write(
      `masked falsely in the access log: ${falsely.length} of ${texts} texts (${share}); rightly: ${masked.size - falsely.length} different ones\n`,
    );
    expect(texts).toBeGreaterThan(25_000);
    expect(falsely).toEqual([]);
    expect(new Set(found)).toEqual(new Set(['email masked']));
  });
});
