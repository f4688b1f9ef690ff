import { LIMITS, type Props } from '@tidemark/protocol';
import { EVENT_SCHEMAS } from '@tidemark/protocol/schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventFields } from '../track/event-fields.js';
import { type CleanOptions, fieldsJson } from './fields-json.js';

const cleanFields = (fields: EventFields, options: CleanOptions) => JSON.parse(fieldsJson(fields, options));

/** As a page without types gives them. */
function clean(props: unknown) {
  let dropped = 0;
  const fields = cleanFields(
    { type: 'custom', name: 'x', props: props as Props },
    {
      onDropped(count) {
        dropped += count;
      },
      mask: (text) => text,
    },
  );
  return { props: fields.props ?? {}, dropped };
}

describe('fieldsJson', () => {
  it('keeps scalars and drops the rest, counted', () => {
    const circular: Record<string, unknown> = { a: 1 };
    circular.self = circular;
    const given = {
      text: 'a',
      number: 1.5,
      yes: true,
      none: null,
      missing: undefined,
      nan: Number.NaN,
      infinite: Number.POSITIVE_INFINITY,
      big: 10n,
      symbol: Symbol('s'),
      [Symbol('key')]: 'not a key of JSON',
      run() {},
      list: [1],
      circular,
      get trap() {
        throw new Error('a getter of the page');
      },
    };
    expect(clean(given)).toEqual({ props: { text: 'a', number: 1.5, yes: true }, dropped: 10 });
  });

  it('drops keys that are none, and the one that is a trap', () => {
    const given = JSON.parse(`{"":1,"${'k'.repeat(LIMITS.propKeyLength + 1)}":1,"__proto__":"x","constructor":"fine"}`);
    const { props, dropped } = clean(given);
    expect(Object.entries(props)).toEqual([['constructor', 'fine']]);
    expect(dropped).toBe(3);
  });

  it('keeps the first of too many and counts the others', () => {
    const { props, dropped } = clean(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i])));
    expect(Object.keys(props)).toEqual(Array.from({ length: LIMITS.propsCount }, (_, i) => `k${i}`));
    expect(dropped).toBe(10_000 - LIMITS.propsCount);
  });

  it('cuts texts to what the collector takes, never inside a character', () => {
    const title = `${'a'.repeat(LIMITS.textLength - 1)}😀${'b'.repeat(1_000_000)}`;
    const cut = cleanFields(
      { type: 'page_view', url: 'u'.repeat(9_999), title, template: 't'.repeat(999) },
      { onDropped: () => undefined, mask: (text) => text },
    );
    expect(cut).toEqual({
      type: 'page_view',
      url: 'u'.repeat(LIMITS.urlLength),
      title: 'a'.repeat(LIMITS.textLength - 1),
      template: 't'.repeat(LIMITS.nameLength),
    });
    expect(clean({ long: title }).props).toEqual({ long: 'a'.repeat(LIMITS.textLength - 1) });
  });

  it('makes of anything props that the protocol takes, and counts exactly what is missing', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything({ withBigInt: true, withDate: true })), (given) => {
        const { props, dropped } = clean(given);
        expect(Object.keys(props).length + dropped).toBe(Object.keys(given).length);
        const event = { type: 'custom', name: 'x', props, eventId: '01a00000-0000-7000-8000-000000000000' };
        const sent = JSON.parse(JSON.stringify({ ...event, seq: 1, occurredAt: LIMITS.occurredAtMinMs }));
        expect(EVENT_SCHEMAS.custom.safeParse(sent).success).toBe(true);
      }),
    );
  });

  it('masks what people wrote and where they were, before it is cut, and nothing that the app named', () => {
    const mask = (text: string) => text.replaceAll('secret', '*');
    const options = { onDropped: () => undefined, mask };
    const title = `${'a'.repeat(LIMITS.textLength - 3)}secret`;
    expect(
      cleanFields({ type: 'page_view', page: '/secret', url: 'u/secret', title, referrer: 'r/secret' }, options),
    ).toEqual({
      type: 'page_view',
      page: '/*',
      url: 'u/*',
      referrer: 'r/*',
      title: `${'a'.repeat(LIMITS.textLength - 3)}*`,
    });
    expect(cleanFields({ type: 'error', message: 'secret', source: 'secret', stack: 'secret' }, options)).toEqual({
      type: 'error',
      message: '*',
      source: '*',
      stack: '*',
    });
    expect(cleanFields({ type: 'custom', name: 'secret', props: { secret: 'secret', n: 1 } }, options)).toEqual({
      type: 'custom',
      name: 'secret',
      props: { secret: '*', n: 1 },
    });
    expect(cleanFields({ type: 'page_view', campaign: { source: 'secret' } }, options)).toMatchObject({
      campaign: { source: '*' },
    });
  });

  it('masks what names a target or a form: a page may name either after a person', () => {
    const options = { onDropped: () => undefined, mask: (text: string) => text.replace('ann', '[somebody]') };
    const long = 'x'.repeat(LIMITS.nameLength);
    expect(cleanFields({ type: 'click', target: `row of ann${long}` }, options)).toEqual({
      type: 'click',
      target: `row of [somebody]${long}`.slice(0, LIMITS.nameLength),
    });
    expect(cleanFields({ type: 'form_start', form: 'ann' }, options)).toEqual({
      type: 'form_start',
      form: '[somebody]',
    });
  });

  it('cuts the texts of a campaign as names, those that a mask made longer, too', () => {
    const options = { onDropped: () => undefined, mask: (text: string) => text.replaceAll('a', '[letter]') };
    const campaign = { source: 's'.repeat(999), term: 'a'.repeat(100), name: 'b' };
    expect(cleanFields({ type: 'page_view', campaign }, options)).toMatchObject({
      campaign: { source: 's'.repeat(LIMITS.nameLength), term: '[letter]'.repeat(LIMITS.nameLength / 8), name: 'b' },
    });
  });

  it.each([7, 'text', new String('text')])('makes props of %s, which is none', (given) => {
    const { props } = clean(given);
    expect(typeof props).toBe('object');
    expect(EVENT_SCHEMAS.custom.shape.props.safeParse(props).success).toBe(true);
  });

  it.each([7, 'text', [], [1], new Date(0), new Map([['a', 1]]), () => undefined])(
    'does not throw at %s for props',
    (given) => {
      expect(() => clean(given)).not.toThrow();
    },
  );
});
