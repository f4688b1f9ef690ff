import { describe, expect, it } from 'vitest';
import { evaluateRule, parseRiskRule, type RiskRule, reasonOf, simulateRule } from '../index.js';

const FEATURES = new Set(['failed_logins_10m', 'device_age_days', 'orders_1h', 'country_changed']);
const draft = {
  name: 'young_device_many_failures',
  version: 1,
  when: {
    all: [
      { feature: 'failed_logins_10m', is: 'atLeast', value: 5 },
      { not: { feature: 'device_age_days', is: 'above', value: 30 } },
    ],
  },
  reason: '{failed_logins_10m} logins failed on a device of {device_age_days} days.',
  weight: 4.6,
};
function ruleOf(value: unknown): RiskRule {
  const outcome = parseRiskRule(value, FEATURES);
  if (outcome.kind === 'refused') throw new Error(JSON.stringify(outcome.fault));
  return outcome.rule;
}
const faultOf = (changes: object) => {
  const outcome = parseRiskRule({ ...draft, ...changes }, FEATURES);
  return outcome.kind === 'refused' ? outcome.fault.kind : 'accepted';
};

describe('a rule', () => {
  it('is data: what it says survives JSON, and it tells its reason with the values it saw', () => {
    const rule = ruleOf(JSON.parse(JSON.stringify(draft)));
    expect(rule).toEqual(draft);
    const features = { failed_logins_10m: 7, device_age_days: 1.5 };
    expect(evaluateRule(rule.when, features)).toBe('yes');
    expect(reasonOf(rule, features)).toBe('7 logins failed on a device of 1.5 days.');
    const unknown = '7 logins failed on a device of (unknown) days.';
    expect(reasonOf(rule, { failed_logins_10m: 7 })).toBe(unknown);
    expect(reasonOf(rule, { ...features, device_age_days: Number.NaN })).toBe(unknown);
  });

  it('is refused with the reason why, and never run', () => {
    expect(faultOf({ name: 'velocity' })).toBe('bad_name'); // a kind of flag
    expect(faultOf({ name: 'Not A Name' })).toBe('bad_name');
    expect(faultOf({ version: 0 })).toBe('bad_version');
    expect(faultOf({ weight: -1 })).toBe('bad_weight'); // what speaks for somebody is a signal of trust
    expect(faultOf({ reason: ' ' })).toBe('bad_reason');
    expect(faultOf({ when: 'process.exit()' })).toBe('not_a_rule');
    expect(faultOf({ when: { feature: 'constructor', is: 'above', value: 1 } })).toBe('unknown_feature');
    expect(faultOf({ when: { feature: 'orders_1h', is: 'toString', value: 1 } })).toBe('not_a_rule');
    expect(faultOf({ when: { feature: 'orders_1h', is: 'above', value: Number.NaN } })).toBe('not_a_rule');
    expect(faultOf({ when: { all: [] } })).toBe('not_a_rule');
    let deep: object = { feature: 'orders_1h', is: 'above', value: 1 };
    for (let i = 0; i < 20; i++) deep = { not: deep };
    expect(faultOf({ when: deep })).toBe('too_deep');
  });

  it('never rests on a country alone', () => {
    const country = { feature: 'country_changed', is: 'equals', value: 1 };
    expect(faultOf({ when: country })).toBe('country_alone');
    expect(faultOf({ when: { any: [country, { not: country }] } })).toBe('country_alone');
    expect(faultOf({ when: { all: [country, { feature: 'orders_1h', is: 'above', value: 9 }] } })).toBe('accepted');
  });

  it('says that it does not know where a feature is missing, unless the rest decides', () => {
    const { when } = ruleOf(draft);
    expect(evaluateRule(when, { failed_logins_10m: 7 })).toBe('unknown');
    expect(evaluateRule(when, { failed_logins_10m: Number.NaN, device_age_days: 1 })).toBe('unknown');
    expect(evaluateRule(when, { failed_logins_10m: 2 })).toBe('no');
    const any = ruleOf({ ...draft, when: { any: draft.when.all } }).when;
    expect(evaluateRule(any, { failed_logins_10m: 7 })).toBe('yes');
    expect(evaluateRule(any, { failed_logins_10m: 2 })).toBe('unknown');
  });

  it('tells what it would have done before it is switched on', () => {
    const history = Array.from({ length: 100 }, (_, i) => ({
      features: i < 90 ? { failed_logins_10m: i % 10, device_age_days: i } : { failed_logins_10m: 9 },
      label: i % 10 === 9 ? ('true' as const) : i % 10 === 5 ? ('false' as const) : undefined,
    }));
    // Devices of up to 30 days are the first 31 moments; of each ten, five have five failures or more.
    expect(simulateRule(ruleOf(draft), history)).toEqual({
      moments: 100,
      raised: 15,
      labelledTrue: 3,
      labelledFalse: 3,
      unlabelled: 9,
      missedTrue: 7,
      unknown: 10,
    });
  });
});
