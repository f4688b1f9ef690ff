import type { ProblemCode } from '@tidemark/protocol';
import { KEY_PROBLEMS, type Operation, type Parameter, READ_KEYS, SECRET_KEYS } from './operation.js';

const PROBLEMS: readonly ProblemCode[] = [...KEY_PROBLEMS, 'store_unavailable'];
const webhookId: Parameter = { name: 'webhookId', in: 'path', description: 'Id of the webhook, a UUID' };
const ruleName: Parameter = { name: 'name', in: 'path', description: 'Name of the rule: a to z, 0 to 9 and _' };
const SIMULATION_BOUNDS =
  'A workspace has one simulation that runs or waits: another is refused as `rate_limited`. One runs at a time, two of other workspaces wait; beyond that the answer is `busy`. One that has run for 120 seconds is ended as `query_too_heavy`.';
const flagId: Parameter = { name: 'flagId', in: 'path', description: 'Id of the flag, a UUID' };

/** The feed of flags: by pull, as a stream, one by one; and what people say of them. */
export const FLAG_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/flags',
    tag: 'Reading',
    summary: 'Flags that are new or changed since a cursor',
    description:
      'At least once, in order for each entity: a flag comes again whenever it changed. Lists are joined by commas, `entity` is `KIND:ID` or an id.',
    keys: READ_KEYS,
    query: 'FlagQuery',
    answers: { 200: { description: 'A page, and the cursor that goes on behind it', type: 'application/json' } },
    problems: [...PROBLEMS, 'invalid_query'],
  },
  {
    method: 'get',
    path: '/v1/flags/stream',
    tag: 'Reading',
    summary: 'The same as it happens, server-sent events',
    description:
      'Each event `flag` has the cursor behind it as its id, to be sent back as `Last-Event-ID`; without one the stream begins now. Who does not read is cut off with the event `cut_off`.',
    keys: READ_KEYS,
    query: 'FlagStreamQuery',
    parameters: [{ name: 'Last-Event-ID', in: 'header', description: 'Id of the last event that was seen' }],
    answers: { 200: { description: 'A stream that does not end', type: 'text/event-stream' } },
    problems: [...PROBLEMS, 'invalid_query'],
  },
  {
    method: 'get',
    path: '/v1/flags/precision',
    tag: 'Reading',
    summary: 'What triage says of each kind: resolved, false positives, precision',
    keys: READ_KEYS,
    answers: { 200: { description: 'Figures by kind', type: 'application/json' } },
    problems: PROBLEMS,
  },
  {
    method: 'get',
    path: '/v1/flags/{flagId}',
    tag: 'Reading',
    summary: 'One flag, with its evidence',
    keys: READ_KEYS,
    parameters: [flagId],
    answers: { 200: { description: 'The flag', type: 'application/json' } },
    problems: [...PROBLEMS, 'not_found'],
  },
  {
    method: 'get',
    path: '/v1/flags/{flagId}/events',
    tag: 'Reading',
    summary: 'The raw events of its incident, and what was refused of it',
    description:
      '`events` are rows of the events table: of copies the originals. `refused` are rows of `rejected`, each with its `reason`, where the flag is about what was refused; empty otherwise; `raw` is empty where it has more than 16 KiB. Up to 1,000 and 8 MiB of each; `isCut` says that there are more.',
    keys: READ_KEYS,
    parameters: [flagId],
    answers: {
      200: { description: '`flagId`, `events` and `refused`, the oldest first, and `isCut`', type: 'application/json' },
    },
    problems: [...PROBLEMS, 'not_found'],
  },
  {
    method: 'post',
    path: '/v1/flags/{flagId}/triage',
    tag: 'Administration',
    summary: 'Acknowledge, resolve, snooze or reopen a flag, or say that it is a false positive',
    description: 'For keys with the scope `triage` or `configure`. The audit log says who and when.',
    keys: READ_KEYS,
    parameters: [flagId],
    body: 'FlagTriage',
    answers: { 200: { description: 'The flag as it is now', type: 'application/json' } },
    problems: [...PROBLEMS, 'invalid_request', 'unreadable_body', 'body_too_large', 'not_found'],
  },
  {
    method: 'get',
    path: '/v1/webhooks',
    tag: 'Administration',
    summary: 'Addresses that flags are sent to, and how far that has come',
    keys: SECRET_KEYS,
    answers: { 200: { description: 'All of this collector, without their secrets', type: 'application/json' } },
    problems: PROBLEMS,
  },
  {
    method: 'post',
    path: '/v1/webhooks',
    tag: 'Administration',
    summary: 'Have flags sent to an address',
    description:
      'The body is `{"url": HTTPS}`, with lists `kind`, `severity`, `status`, `surface` and a `cursor` if wanted. The answer holds the secret of its signatures, once.',
    keys: SECRET_KEYS,
    answers: { 200: { description: 'The webhook', type: 'application/json' } },
    problems: [...PROBLEMS, 'invalid_request', 'invalid_query', 'unreadable_body', 'body_too_large', 'conflict'],
  },
  {
    method: 'delete',
    path: '/v1/webhooks/{webhookId}',
    tag: 'Administration',
    summary: 'Send nothing there any more',
    keys: SECRET_KEYS,
    parameters: [webhookId],
    answers: { 200: { description: 'It is gone', type: 'application/json' } },
    problems: [...PROBLEMS, 'not_found'],
  },
  {
    method: 'post',
    path: '/v1/webhooks/{webhookId}/resend',
    tag: 'Administration',
    summary: 'Send again, from where it stands or from a cursor; a parked one goes on',
    keys: SECRET_KEYS,
    parameters: [webhookId],
    answers: { 200: { description: 'The webhook', type: 'application/json' } },
    problems: [...PROBLEMS, 'invalid_request', 'invalid_query', 'unreadable_body', 'body_too_large', 'not_found'],
  },
  {
    method: 'get',
    path: '/v1/policy',
    tag: 'Administration',
    summary: 'What the workspace wants of the built-in kinds of flags and of decisions, with its last 20 versions',
    keys: SECRET_KEYS,
    answers: { 200: { description: 'The policy, and each kind as it is in force', type: 'application/json' } },
    problems: PROBLEMS,
  },
  {
    method: 'put',
    path: '/v1/policy',
    tag: 'Administration',
    summary: 'Put a policy into force, as its next version, in place of the one before',
    description:
      'The body is `{"kinds": {KIND: {"severity", "threshold", "off"}}, "reportingLimit", "reviewAt", "denyAt"}`; what is left out is as usual. A `version`, if given, is the latest or the next.',
    keys: SECRET_KEYS,
    answers: { 200: { description: 'The policy', type: 'application/json' } },
    problems: [...PROBLEMS, 'invalid_request', 'unreadable_body', 'body_too_large', 'conflict'],
  },
  {
    method: 'post',
    path: '/v1/policy/simulate',
    tag: 'Administration',
    summary: 'What a policy would have made of the flags, events and orders of the last days',
    description:
      'The body is `{"policy": POLICY, "days": N}`: up to 30 days, 10,000 flags, 200,000 placed orders, the first of the span, 30 seconds; `isCut` says that there were more. Kinds that were off until now, or told from a higher threshold on, are looked for in the newest 200,000 events, for 30 seconds at most: `replay` has them, and says where that is not all (`complete`). Nothing is raised. ' +
      SIMULATION_BOUNDS,
    keys: SECRET_KEYS,
    answers: { 200: { description: 'Counts and a sentence for each kind', type: 'application/json' } },
    problems: [...PROBLEMS, 'invalid_request', 'unreadable_body', 'body_too_large', 'query_too_heavy'],
  },
  {
    method: 'get',
    path: '/v1/rules',
    tag: 'Administration',
    summary: 'The rules of the workspace in force, and the features and scores that a rule may rest on',
    keys: SECRET_KEYS,
    answers: { 200: { description: 'Rules by name', type: 'application/json' } },
    problems: PROBLEMS,
  },
  {
    method: 'get',
    path: '/v1/rules/{name}',
    tag: 'Administration',
    summary: 'One rule with its last 20 versions, the newest first',
    keys: SECRET_KEYS,
    parameters: [ruleName],
    answers: { 200: { description: 'The rule, null when it was removed', type: 'application/json' } },
    problems: [...PROBLEMS, 'not_found'],
  },
  {
    method: 'put',
    path: '/v1/rules/{name}',
    tag: 'Administration',
    summary: 'Put a rule into force, as its next version',
    description:
      'The body is `{"when": CONDITION, "reason": SENTENCE, "weight": NATS}`; a `version`, if given, is the latest or the next. docs/anomalies.md says what a condition is.',
    keys: SECRET_KEYS,
    parameters: [ruleName],
    answers: { 200: { description: 'The rule', type: 'application/json' } },
    problems: [...PROBLEMS, 'invalid_request', 'unreadable_body', 'body_too_large', 'conflict'],
  },
  {
    method: 'delete',
    path: '/v1/rules/{name}',
    tag: 'Administration',
    summary: 'Take a rule out of force; its versions stay',
    keys: SECRET_KEYS,
    parameters: [ruleName],
    answers: { 200: { description: 'It is out of force', type: 'application/json' } },
    problems: [...PROBLEMS, 'not_found'],
  },
  {
    method: 'post',
    path: '/v1/rules/simulate',
    tag: 'Administration',
    summary: 'What rules would have raised over the last days, beside what people said of flags',
    description:
      'The body is `{"rules": [...], "days": N}`: up to 10 rules, 30 days, 200,000 events, the first of the span, 30 seconds; `isCut` says that there were more. Nothing is raised. ' +
      SIMULATION_BOUNDS,
    keys: SECRET_KEYS,
    answers: { 200: { description: 'Counts and a sentence for each rule', type: 'application/json' } },
    problems: [...PROBLEMS, 'invalid_request', 'unreadable_body', 'body_too_large', 'conflict', 'query_too_heavy'],
  },
];
