import { REPORT_NAMES, type ReportName } from '@tidemark/protocol';
import { KEY_PROBLEMS, type Operation, READ_KEYS } from './operation.js';

const report = (name: ReportName, summary: string): Operation => ({
  method: 'get',
  path: `/v1/reports/${name}`,
  tag: 'Reading',
  summary,
  keys: READ_KEYS,
  query: `${name}Query`,
  answers: { 200: { description: 'The report', schema: `${name}Report` } },
  problems: [...KEY_PROBLEMS, 'invalid_query', 'query_too_heavy', 'not_found', 'store_unavailable'],
});

const REPORT_SUMMARIES: Readonly<Record<ReportName, string>> = {
  overview: 'Visitors, sessions, views, bounces and conversions by hour, day, week or month',
  pages: 'Views, visitors, entries, exits, bounces and dwell by page and surface',
  sessions: 'Sessions by day',
  visitors: 'Visitors by day',
  transitions: 'Which page led to which, how, and how often',
  funnel: 'How many came from step to step',
  retention: 'How many came again, by intervals after they came first',
  cohorts: 'The same by the interval in which they came first',
  live: 'The last minutes, minute by minute',
  'effective-data': 'How whole, how late and how usual the data is, and what is wrong with it',
  surfaces:
    'H5 beside native by kind of page, module or step: conversion, drop-off, errors, dwell, web vitals and ways',
};

/** Reports, features, series, products, and events as they come. */
export const READING_OPERATIONS: readonly Operation[] = [
  ...REPORT_NAMES.map((name) => report(name, REPORT_SUMMARIES[name])),
  {
    method: 'get',
    path: '/v1/feature-catalog',
    tag: 'Reading',
    summary: 'What each feature is, by group',
    keys: READ_KEYS,
    answers: { 200: { description: 'The catalog', schema: 'FeatureCatalog' } },
    problems: [...KEY_PROBLEMS],
  },
  {
    method: 'get',
    path: '/v1/features',
    tag: 'Reading',
    summary: 'All features of a subject, and where each came from',
    description: 'docs/features.md says what each of them is.',
    keys: READ_KEYS,
    query: 'FeatureQuery',
    answers: { 200: { description: 'The features, by kind of subject', schema: 'Features' } },
    problems: [...KEY_PROBLEMS, 'invalid_query', 'not_found', 'store_unavailable'],
  },
  {
    method: 'get',
    path: '/v1/feature-rows',
    tag: 'Reading',
    summary: 'All features of all subjects of a kind who were active lately',
    description: 'Lines of JSON: first the names, then each subject with its values in their order (docs/features.md).',
    keys: READ_KEYS,
    query: 'FeatureRowsQuery',
    answers: { 200: { description: 'The features, subject by subject', type: 'application/x-ndjson' } },
    problems: [...KEY_PROBLEMS, 'invalid_query', 'query_too_heavy', 'store_unavailable'],
  },
  {
    method: 'get',
    path: '/v1/macro-series',
    tag: 'Reading',
    summary: 'What was known of economic series at a moment',
    description:
      'One series with all words on its current period, or all of them. docs/macro.md says how it is joined.',
    keys: READ_KEYS,
    query: 'MacroQuery',
    answers: { 200: { description: 'The series, by name', schema: 'Macro' } },
    problems: [...KEY_PROBLEMS, 'invalid_query', 'not_found', 'query_too_heavy', 'store_unavailable'],
  },
  {
    method: 'get',
    path: '/v1/products',
    tag: 'Reading',
    summary: 'Orders by product and trade day',
    description: 'docs/orders.md says what the figures are.',
    keys: READ_KEYS,
    query: 'ProductDaysQuery',
    answers: { 200: { description: 'Subscriptions and sales of each product and day', schema: 'ProductDays' } },
    problems: [...KEY_PROBLEMS, 'invalid_query', 'query_too_heavy', 'store_unavailable'],
  },
  {
    method: 'get',
    path: '/v1/queues/{queueId}',
    tag: 'Reading',
    summary: "What became of the events of one device's queue",
    keys: READ_KEYS,
    parameters: [{ name: 'queueId', in: 'path', description: 'A UUID' }],
    answers: { 200: { description: 'Its books', schema: 'QueueLedger' } },
    problems: ['not_found', ...KEY_PROBLEMS],
  },
  {
    method: 'get',
    path: '/v1/live',
    tag: 'Reading',
    summary: 'Watch events as they are accepted',
    description: 'Server-sent events `tracked`; the last 50 come first.',
    keys: READ_KEYS,
    parameters: [{ name: 'Last-Event-ID', in: 'header', description: 'Goes on where a stream stopped' }],
    answers: { 200: { description: 'A stream that ends with the collector', type: 'text/event-stream' } },
    problems: KEY_PROBLEMS,
  },
];
