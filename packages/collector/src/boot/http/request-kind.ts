import type { RequestKind } from '../../ingest/admission.js';

/** What must be answered however busy the collector is: it is how an operator sees that it is busy. */
const ALWAYS = new Set(['/livez', '/readyz', '/metrics']);
/** What asks the store, or goes through much memory. */
const READS = [
  '/v1/reports/',
  '/v1/features',
  '/v1/products',
  '/v1/macro-series',
  '/v1/queues/',
  '/v1/privacy/',
  '/v1/admin/sql',
  '/v1/admin/snapshot',
];
const LISTENERS = ['/v1/live'];

/** What a request will hold, by its address alone: it is asked before there is a route. */
export function requestKind(url: string): RequestKind | 'always' {
  const end = url.indexOf('?');
  const path = end === -1 ? url : url.slice(0, end);
  if (ALWAYS.has(path)) return 'always';
  if (READS.some((prefix) => path.startsWith(prefix))) return 'read';
  if (LISTENERS.includes(path)) return 'listener';
  return 'request';
}
