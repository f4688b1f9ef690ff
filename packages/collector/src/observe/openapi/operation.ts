import type { KeyKind, ProblemCode } from '@tidemark/protocol';

/** One thing that can be asked of a collector, as a person reads about it; schemas go by their names in the document. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete' | 'options';
  /** As OpenAPI writes it: `/v1/queues/{queueId}`. */
  readonly path: string;
  readonly tag: 'Sending' | 'Configuration' | 'Reading' | 'Administration' | 'Operating' | 'Pages';
  readonly summary: string;
  readonly description?: string;
  /** Kinds of key that may; empty when none is needed. */
  readonly keys: readonly KeyKind[];
  /** A write key may stand in the address as `k`. */
  readonly keyInAddress?: boolean;
  readonly parameters?: readonly Parameter[];
  /** Name of the schema whose fields are the query. */
  readonly query?: string;
  /** Name of the body's schema. */
  readonly body?: string;
  readonly answers: Readonly<Record<string, Answer>>;
  readonly problems: readonly ProblemCode[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  readonly pattern?: string;
  readonly values?: readonly string[];
}

export interface Answer {
  readonly description: string;
  /** Media type; JSON when a schema is named. */
  readonly type?: string;
  readonly schema?: string;
}

/** What a request with a key may be refused for, whatever it asks. */
export const KEY_PROBLEMS: readonly ProblemCode[] = [
  'unknown_key',
  'malformed_key',
  'forbidden',
  'workspace_disabled',
  'rate_limited',
  'busy',
  'internal',
];

export const READ_KEYS: readonly KeyKind[] = ['read', 'secret'];
export const SECRET_KEYS: readonly KeyKind[] = ['secret'];
