import { describe, expect, it } from 'vitest';
import { clientConfigChangeSchema, SAMPLED_NAMES_MAX } from './client-config.js';

const rates = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`name ${i}`, 0.5]));
const issueOf = (json: string) => clientConfigChangeSchema.safeParse(JSON.parse(json)).error?.issues[0];

describe('clientConfigChangeSchema', () => {
  it.each([
    {},
    { enabled: false },
    { sampling: {} },
    { enabled: true, sampling: { click: 0, scroll: 1, 'a name of the app 漢字': 0.25 } },
    { sampling: { constructor: 0.5, toString: 0, hasOwnProperty: 1 } },
    { sampling: rates(SAMPLED_NAMES_MAX) },
  ])('takes %j as it is', (change) => {
    expect(clientConfigChangeSchema.parse(JSON.parse(JSON.stringify(change)))).toEqual(change);
  });

  it.each([
    ['{"enabled":"no"}', 'enabled'],
    ['{"sampling":null}', 'sampling'],
    ['{"sampling":[0.5]}', 'sampling'],
    ['{"sampling":{"click":1.01}}', 'sampling.click'],
    ['{"sampling":{"click":-0.01}}', 'sampling.click'],
    ['{"sampling":{"click":"0.5"}}', 'sampling.click'],
    ['{"sampling":{"click":1e999}}', 'sampling.click'],
    ['{"sampling":{"":0.5}}', 'sampling.'],
    [`{"sampling":{"${'x'.repeat(129)}":0.5}}`, `sampling.${'x'.repeat(129)}`],
    [JSON.stringify({ sampling: rates(SAMPLED_NAMES_MAX + 1) }), 'sampling'],
    ['{"sampling":{"__proto__":0.5}}', 'sampling'],
    ['{"sampling":{"__proto__":{"click":0}}}', 'sampling'],
  ])('refuses %s, naming the field', (json, field) => {
    expect(issueOf(json)?.path.join('.')).toBe(field);
  });

  it('refuses what it does not know, so that a typo never leaves tracking on', () => {
    expect(issueOf('{"enable":false}')).toMatchObject({ code: 'unrecognized_keys', keys: ['enable'] });
    expect(issueOf('{"__proto__":{"enabled":false}}')).toBeDefined();
    expect(issueOf('[]')).toBeDefined();
    expect(issueOf('null')).toBeDefined();
  });
});
