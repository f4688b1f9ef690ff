import type { KeyKind, ProblemCode } from '@tidemark/protocol';
import type { Operation, Parameter } from './operation.js';

const READ_KEYS: readonly KeyKind[] = ['read', 'secret'];
const PROBLEMS: readonly ProblemCode[] = [
  'unknown_key',
  'malformed_key',
  'forbidden',
  'workspace_disabled',
  'rate_limited',
  'store_unavailable',
  'busy',
  'internal',
];
const SECRET_KEYS: readonly KeyKind[] = ['secret'];
const webhookId: Parameter = { name: 'webhookId', in: 'path', description: 'Id of the webhook, a UUID' };
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
    summary: 'The raw events of its incident, at most 1,000',
    keys: READ_KEYS,
    parameters: [flagId],
    answers: { 200: { description: 'Rows of the events table, oldest first', type: 'application/json' } },
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
];
