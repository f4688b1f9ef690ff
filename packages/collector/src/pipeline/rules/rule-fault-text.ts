import type { RuleFault } from '@tidemark/analytics/anomalies';

/** What is wrong with a rule and where, as a sentence for whoever wrote it. */
export function ruleFaultText(fault: RuleFault): string {
  switch (fault.kind) {
    case 'not_a_rule':
      return `${fault.path || 'rule'}: is no condition; write {"feature", "is", "value"}, {"all": [...]}, {"any": [...]} or {"not": ...}.`;
    case 'bad_name':
      return 'name: takes a to z, 0 to 9 and _, begins with a letter, has 64 characters at most, and is no kind of flag.';
    case 'bad_version':
      return 'version: is a whole number from 1 on.';
    case 'bad_weight':
      return 'weight: is a number above 0, at most 20 (nats: 4.6 is one in a hundred).';
    case 'bad_reason':
      return 'reason: is a sentence of 1 to 200 characters.';
    case 'unknown_feature':
      return `${fault.path}: there is no feature "${fault.feature.slice(0, FEATURE_SHOWN)}"; GET /v1/rules lists those that there are.`;
    case 'too_deep':
      return 'when: is nested too deep; 8 levels are the most.';
    case 'country_alone':
      return `${fault.path}: rests on the country alone, which says nothing of what somebody does; add another condition.`;
  }
}

const FEATURE_SHOWN = 64;
