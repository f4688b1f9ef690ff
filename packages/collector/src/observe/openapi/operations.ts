import type { KeyKind, ProblemCode } from '@tidemark/protocol';
import { ADMIN_OPERATIONS } from './admin-operations.js';
import { DECISION_OPERATIONS } from './decision-operations.js';
import { FLAG_OPERATIONS } from './flag-operations.js';
import { KEY_PROBLEMS, type Operation, type Parameter, SECRET_KEYS } from './operation.js';
import { PRIVACY_OPERATIONS } from './privacy-operations.js';
import { READING_OPERATIONS } from './reading-operations.js';

const APPEND_KEYS: readonly KeyKind[] = ['write', 'secret'];
const BODY_PROBLEMS: readonly ProblemCode[] = [
  'malformed_request',
  'unreadable_body',
  'request_timeout',
  'body_too_large',
  'unsupported_encoding',
  'headers_too_large',
];
const packing: Parameter = {
  name: 'z',
  in: 'query',
  description: 'How the body is packed, where a header would cost a preflight',
  values: ['gzip', 'deflate'],
};

const preflight = (path: string): Operation => ({
  method: 'options',
  path,
  tag: 'Pages',
  summary: 'Preflight of a browser',
  keys: [],
  answers: { 204: { description: 'What a page may send' } },
  problems: ['busy', 'internal'],
});

const SIGNED: Operation['parameters'] = [
  { name: 'tidemark-timestamp', in: 'header', description: 'Epoch milliseconds, within 300 s' },
  { name: 'tidemark-nonce', in: 'header', description: 'Never used before' },
  { name: 'tidemark-signature', in: 'header', description: '`v1=` and the HMAC-SHA256 in hex' },
];

const SERVER_PROBLEMS: Operation['problems'] = [
  ...BODY_PROBLEMS,
  'invalid_batch',
  'bad_signature',
  'stale_timestamp',
  'replayed_nonce',
  'budget_exhausted',
  'disk_full',
  ...KEY_PROBLEMS,
];

/** Everything that a collector answers, in the order in which a newcomer meets it. */
export const OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/batch',
    tag: 'Sending',
    summary: 'Send a batch of events',
    description:
      'Every event of the batch that is not in `rejected` is on disk when the answer comes. Any content type is read as JSON, plain or packed once with gzip or deflate.',
    keys: APPEND_KEYS,
    keyInAddress: true,
    parameters: [packing],
    body: 'EventBatch',
    answers: { 202: { description: 'What became of each event', schema: 'Ack' } },
    problems: [
      ...BODY_PROBLEMS,
      'invalid_batch',
      'origin_not_allowed',
      'budget_exhausted',
      'disk_full',
      ...KEY_PROBLEMS,
    ],
  },
  {
    method: 'post',
    path: '/v1/server',
    tag: 'Sending',
    summary: 'Send what only a server knows',
    description:
      'Fills, ends of orders, settlements and points of macro series, in a request signed with a secret key (docs/protocol.md has a worked example).',
    keys: SECRET_KEYS,
    parameters: SIGNED,
    body: 'ServerBatch',
    answers: { 202: { description: 'What became of each event', schema: 'Ack' } },
    problems: SERVER_PROBLEMS,
  },
  {
    method: 'post',
    path: '/v1/macro-points',
    tag: 'Sending',
    summary: 'Send published values of economic series',
    description: 'Signed as /v1/server is. Each row is kept as a `macro_point`; docs/macro.md says what a row is.',
    keys: SECRET_KEYS,
    parameters: SIGNED,
    body: 'MacroBatch',
    answers: { 202: { description: 'What became of each row', schema: 'Ack' } },
    problems: SERVER_PROBLEMS,
  },
  {
    method: 'post',
    path: '/v1/rejected/replay',
    tag: 'Sending',
    summary: 'Put rows through again that the store refused',
    keys: SECRET_KEYS,
    answers: { 200: { description: 'How many were read, taken and refused again', type: 'application/json' } },
    problems: [...KEY_PROBLEMS, 'store_unavailable'],
  },
  {
    method: 'get',
    path: '/v1/acks',
    tag: 'Sending',
    summary: 'Ask after batches whose answer was lost',
    keys: APPEND_KEYS,
    keyInAddress: true,
    parameters: [{ name: 'ids', in: 'query', description: 'Up to 50 batch ids, comma-separated' }],
    answers: { 200: { description: 'Which of them are durable', schema: 'DurableBatches' } },
    problems: ['invalid_query', ...KEY_PROBLEMS],
  },
  {
    method: 'get',
    path: '/v1/config',
    tag: 'Configuration',
    summary: 'What an operator tells the pages of a workspace',
    keys: APPEND_KEYS,
    keyInAddress: true,
    parameters: [{ name: 'If-None-Match', in: 'header', description: 'The ETag that is known already' }],
    answers: {
      200: { description: 'The configuration', schema: 'ClientConfig' },
      304: { description: 'It is as it was' },
    },
    problems: KEY_PROBLEMS,
  },
  {
    method: 'put',
    path: '/v1/config',
    tag: 'Configuration',
    summary: 'Tell them something else',
    keys: SECRET_KEYS,
    body: 'ClientConfigChange',
    answers: { 200: { description: 'The configuration from now on', schema: 'ClientConfig' } },
    problems: [...BODY_PROBLEMS, 'invalid_config', ...KEY_PROBLEMS],
  },
  preflight('/v1/batch'),
  preflight('/v1/config'),
  ...READING_OPERATIONS,
  ...ADMIN_OPERATIONS,
  ...DECISION_OPERATIONS,
  ...PRIVACY_OPERATIONS,
  ...FLAG_OPERATIONS,
  {
    method: 'get',
    path: '/livez',
    tag: 'Operating',
    summary: 'Whether the process answers',
    keys: [],
    answers: { 200: { description: 'It does', type: 'application/json' } },
    problems: [],
  },
  {
    method: 'get',
    path: '/readyz',
    tag: 'Operating',
    summary: 'Whether it does all of its work, and if not why',
    keys: [],
    parameters: [
      { name: 'for', in: 'query', description: 'Only what accepting events takes: WAL and disk', values: ['ingest'] },
    ],
    answers: {
      200: { description: 'It does', type: 'application/json' },
      503: { description: 'It does not; `checks` says what is missing', type: 'application/json' },
    },
    problems: ['internal'],
  },
  {
    method: 'get',
    path: '/metrics',
    tag: 'Operating',
    summary: 'How much it does, for Prometheus',
    keys: [],
    answers: { 200: { description: 'Prometheus text format', type: 'text/plain' } },
    problems: ['internal'],
  },
  {
    method: 'get',
    path: '/v1/openapi.json',
    tag: 'Operating',
    summary: 'This description, OpenAPI 3.1',
    keys: [],
    answers: { 200: { description: 'The document', type: 'application/json' } },
    problems: ['busy', 'internal'],
  },
  {
    method: 'get',
    path: '/docs',
    tag: 'Operating',
    summary: 'This description as a page',
    keys: [],
    answers: { 200: { description: 'A page without scripts', type: 'text/html' } },
    problems: ['busy', 'internal'],
  },
  {
    method: 'get',
    path: '/docs/style.css',
    tag: 'Pages',
    summary: 'How that page looks',
    keys: [],
    answers: { 200: { description: 'A style sheet', type: 'text/css' } },
    problems: ['busy', 'internal'],
  },
  {
    method: 'get',
    path: '/console/{path}',
    tag: 'Pages',
    summary: 'The console, where it was built',
    keys: [],
    parameters: [{ name: 'path', in: 'path', description: 'A file; none is the page' }],
    answers: { 200: { description: 'A file' } },
    problems: ['not_found', 'busy', 'internal'],
  },
];
