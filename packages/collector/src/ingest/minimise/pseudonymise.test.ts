import { describe, expect, it } from 'vitest';
import { createMinimise } from './create-minimise.js';
import { IDS_SOUGHT_MOST, withPseudonyms } from './pseudonymise.js';

const base = createMinimise({ keepQuery: [], unmask: [], countFound: () => undefined });
const makerOf = (workspaceId: string) => (workspaceId === 'a' ? (id: string) => `p_<${id.length}>` : undefined);
const minimise = withPseudonyms(base, makerOf, () => undefined);
const USER = 'cust-20250017';

describe('pseudonyms in a batch', { timeout: 60_000 }, () => {
  it('take the place of ids in the fields that are theirs, in contexts, events, props and what was refused', () => {
    const context = { appId: 'shop', userId: USER, accountId: 'acc' };
    const event = { type: 'identify', userId: 'u', props: { user_id: 'u', accountID: 7, plan: 'u' } };
    const { fields, json } = minimise('a', 'shop', [context, event]);
    fields(context);
    fields(event);
    expect(context).toEqual({ appId: 'shop', userId: 'p_<13>', accountId: 'p_<3>' });
    expect(event.props).toEqual({ user_id: 'p_<1>', accountID: 'p_<1>', plan: 'u' }); // a short id may be anybody's
    expect(JSON.parse(json({ seq: 'bad', userId: [{ userId: USER }], user: { 'account-id': 12 } }))).toEqual({
      seq: 'bad',
      userId: [{ userId: 'p_<13>' }],
      user: { 'account-id': 'p_<2>' },
    });
  });

  it('take the place of a distinctive id wherever it stands in the texts of its batch, before it is named, too', () => {
    const before = {
      type: 'page_view',
      url: `https://a.example/of/${USER}/x`,
      title: `Hello ${USER}, ${USER}`,
      orderId: `${USER}-1`,
      props: { [USER]: 1, who: USER, eventId: USER },
    };
    const { fields, json, text } = minimise('a', 'shop', [before, { type: 'identify', userId: USER }]);
    fields(before);
    expect(before).toEqual({
      type: 'page_view',
      url: 'https://a.example/of/p_<13>/x',
      title: 'Hello p_<13>, p_<13>',
      orderId: `${USER}-1`, // joins rows to the app's own
      props: { 'p_<13>': 1, who: 'p_<13>', eventId: USER },
    });
    expect(json([{ note: `${USER}!` }])).toBe('[{"note":"p_<13>!"}]');
    expect(text(`props.${USER}`)).toBe('props.p_<13>');
  });

  it('find an id that is written as addresses write it, and one that is a number', () => {
    const event = { url: '/u/m%C3%BCller%2077%2Fx', props: { at: 20250017123, id: 5 } };
    const { fields } = minimise('a', 'shop', [{ userId: 'müller 77/x' }, { accountId: 20250017123 }, event]);
    fields(event);
    expect(event).toEqual({ url: '/u/p_<11>', props: { at: 'p_<11>', id: 5 } });
  });

  it('take the place of a field however deep it lies, which is nothing to look for in texts', () => {
    const odd = { user: [{ userId: USER, note: `of ${USER}` }], accountId: 'acct-0001' };
    const { json, text } = minimise('a', 'shop', [odd]);
    expect(JSON.parse(json(odd))).toEqual({ user: [{ userId: 'p_<13>', note: `of ${USER}` }], accountId: 'p_<9>' });
    expect(text(`${USER} of acct-0001`)).toBe(`${USER} of p_<9>`); // after the field was seen as before it
  });

  it('are looked for in texts up to a bound, which is counted; beyond it in the texts of their own events', () => {
    let unsought = 0;
    const bounded = withPseudonyms(base, makerOf, (count) => {
      unsought += count;
    });
    const idOf = (n: number) => `customer-${1_000 + n}`;
    const events = Array.from({ length: IDS_SOUGHT_MOST + 2 }, (_, n) => ({
      userId: idOf(n),
      title: `${idOf(n)} after ${idOf(0)}, not ${idOf(IDS_SOUGHT_MOST)}`,
      props: { plan: 'x', user_id: idOf(n) },
    }));
    const { fields, text } = bounded('a', 'shop', events);
    for (const event of events) fields(event);
    const pseudonym = makerOf('a')?.(idOf(0));
    expect(new Set(events.flatMap(({ userId, props }) => [userId, props.user_id]))).toEqual(new Set([pseudonym]));
    expect(events.at(0)?.title).toBe(`${pseudonym} after ${pseudonym}, not ${idOf(IDS_SOUGHT_MOST)}`);
    expect(events.at(-2)?.title).toBe(`${pseudonym} after ${pseudonym}, not ${pseudonym}`);
    expect(events.at(-1)?.title).toBe(`${pseudonym} after ${pseudonym}, not ${idOf(IDS_SOUGHT_MOST)}`);
    expect(text(`${idOf(IDS_SOUGHT_MOST - 1)} ${idOf(IDS_SOUGHT_MOST)}`)).toBe(`${pseudonym} ${idOf(IDS_SOUGHT_MOST)}`);
    expect(unsought).toBe(2);
  });

  it('leave other workspaces, and what is no object, as they are', () => {
    const context = { userId: USER };
    minimise('b', 'shop', [context]).fields(context);
    expect(context).toEqual({ userId: USER });
    const { json } = minimise('a', 'shop', [null, 3, 'x', [USER]]);
    expect([null, undefined, 'x', 3, [], [null]].map(json)).toEqual(['null', 'null', '"x"', '3', '[]', '[null]']);
    expect(() => json(JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`))).toThrow(RangeError);
  });
});
