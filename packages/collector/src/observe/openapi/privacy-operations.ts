import type { ProblemCode } from '@tidemark/protocol';
import { KEY_PROBLEMS, type Operation, SECRET_KEYS } from './operation.js';

const PROBLEMS: readonly ProblemCode[] = [
  'invalid_request',
  'unreadable_body',
  'body_too_large',
  'store_unavailable',
  ...KEY_PROBLEMS,
];

/** What somebody whom events are about may ask for, through who runs the app. */
export const PRIVACY_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/privacy/report',
    tag: 'Administration',
    summary: 'Every table and column, what it tells of people, and what an erasure does to it',
    keys: SECRET_KEYS,
    answers: { 200: { description: 'The data map, from the live schema', type: 'application/json' } },
    problems: PROBLEMS,
  },
  {
    method: 'post',
    path: '/v1/privacy/erase',
    tag: 'Administration',
    summary: 'Erase a visitor or user',
    description:
      'The body is `{"subject": ID}`. It may take a minute; asked for again after a failure it goes on. Later events of the subject are refused.',
    keys: SECRET_KEYS,
    answers: {
      200: { description: 'The certificate: counts, and the one entry that stays', type: 'application/json' },
    },
    problems: PROBLEMS,
  },
  {
    method: 'post',
    path: '/v1/privacy/export',
    tag: 'Administration',
    summary: 'Export all that is known of a visitor or user',
    description: 'The body is `{"subject": ID}`.',
    keys: SECRET_KEYS,
    answers: { 200: { description: 'A line for each row, with its table', type: 'application/x-ndjson' } },
    problems: PROBLEMS,
  },
];
