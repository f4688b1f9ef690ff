import { KEY_PREFIXES, PROBLEM_STATUS, type ProblemCode } from '@tidemark/protocol';
import type { Answer, Operation, Parameter } from './operation.js';
import { apiSchemas, type JsonSchema, refTo } from './schemas.js';

export interface ApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>>; readonly securitySchemes: unknown };
  readonly tags: readonly { readonly name: string }[];
}

export interface ApiOperation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly ApiParameter[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: Readonly<Record<string, ApiResponse>>;
}

export interface ApiParameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description: string;
  readonly schema: JsonSchema;
}

export interface ApiResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Content;
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

const DESCRIPTION =
  'Accepts events, keeps them, loads them into ClickHouse, and reports. A request that is refused as a whole is answered ' +
  'with `application/problem+json` (RFC 9457); its `code` is one of those named with each answer. Every answer of a route carries `X-Request-Id`.';

/** The API as OpenAPI 3.1: operations from one table, schemas from the zod that validates. */
export function createApiDocument(operations: readonly Operation[], version: string): ApiDocument {
  const schemas = apiSchemas();
  const paths: Record<string, Record<string, ApiOperation>> = {};
  for (const operation of operations) {
    const path = paths[operation.path] ?? {};
    paths[operation.path] = path;
    path[operation.method] = describe(operation, schemas);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Tidemark collector', version, description: DESCRIPTION },
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A write, read or secret key' },
        writeKeyInAddress: {
          type: 'apiKey',
          in: 'query',
          name: 'k',
          description: `A write key, ${KEY_PREFIXES.write}...`,
        },
      },
    },
  };
}

function describe(operation: Operation, schemas: Readonly<Record<string, JsonSchema>>): ApiOperation {
  const { method, path, tag, summary, description, keys, keyInAddress, body } = operation;
  const security: ApiOperation['security'] =
    keys.length === 0 ? [] : [{ key: keys }, ...(keyInAddress ? [{ writeKeyInAddress: [] }] : [])];
  return {
    operationId: `${method}${path.replace(/[^A-Za-z0-9]+(\w)?/g, (_, letter: string | undefined) => (letter ?? '').toUpperCase())}`,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
    security,
    parameters: [...(operation.parameters ?? []).map(describeParameter), ...queryParameters(operation.query, schemas)],
    ...(body === undefined ? {} : { requestBody: { required: true as const, content: jsonContent(body) } }),
    responses: { ...describeAnswers(operation.answers), ...describeProblems(operation) },
  };
}

function describeParameter({ name, in: place, description, pattern, values }: Parameter): ApiParameter {
  const schema = { type: 'string', ...(pattern && { pattern }), ...(values && { enum: values }) };
  return { name, in: place, required: place === 'path', description, schema };
}

/** The fields of a schema as parameters of the address. */
function queryParameters(name: string | undefined, schemas: Readonly<Record<string, JsonSchema>>): ApiParameter[] {
  if (name === undefined) return [];
  const schema = schemas[name] as { readonly properties: Readonly<Record<string, JsonSchema>> }; // an object schema
  return Object.entries(schema.properties).map(([field, fieldSchema]) => ({
    name: field,
    in: 'query',
    required: false,
    description: QUERY_FIELDS[field] ?? '',
    schema: fieldSchema,
  }));
}

const QUERY_FIELDS: Readonly<Record<string, string>> = {
  from: 'ISO 8601 (UTC when it says no zone) or epoch milliseconds',
  to: 'The same, not included',
  surface: 'One surface only',
  appId: 'One app only',
  limit: 'Rows at most: 10,000, of a format that is streamed 1,000,000',
  purpose: 'Rows whose consent does not cover it are not counted; `analytics` unless told otherwise',
  segment: 'Conditions that all hold, JSON: [{"field": "country", "is": ["CN"]}, {"did": {"goal": "paid"}}]',
  format: 'How the rows are sent; only `json` has totals and comparisons',
  timeZone: 'IANA time zone of days, weeks and months; UTC unless told otherwise',
  interval: 'How wide a row is',
  orderBy: 'Column that sorts the rows',
  order: '`desc` unless told otherwise',
  cursor: '`nextCursor` of the answer before',
  steps: 'Two to eight steps, JSON: [{"view": "/funds"}, {"order": "subscribe", "phase": "placed"}, {"goal": "paid"}]',
  windowSeconds: 'From the first step to the last; a day unless told otherwise',
  periods: 'Intervals after the first; 12 unless told otherwise',
  minutes: 'How many, 1 to 60; 30 unless told otherwise',
};

function describeAnswers(answers: Operation['answers']): Record<string, ApiResponse> {
  return Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, describeAnswer(answer)]));
}

function describeAnswer({ description, type, schema }: Answer): ApiResponse {
  if (schema !== undefined) return { description, content: jsonContent(schema) };
  return type === undefined ? { description } : { description, content: { [type]: { schema: {} } } };
}

/** One response a status: the codes it may carry are listed in its schema. */
function describeProblems({ problems, answers }: Operation): Record<string, ApiResponse> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of problems)
    byStatus.set(PROBLEM_STATUS[code], [...(byStatus.get(PROBLEM_STATUS[code]) ?? []), code]);
  const responses = [...byStatus].filter(([status]) => !(status in answers));
  return Object.fromEntries(
    responses.map(([status, codes]) => [
      String(status),
      {
        description: codes.map((code) => `\`${code}\``).join(', '),
        ...(status === 503 || status === 429 ? { headers: RETRY_AFTER } : {}),
        content: { 'application/problem+json': { schema: problemOf(codes) } },
      },
    ]),
  );
}

const RETRY_AFTER = {
  'Retry-After': { required: true, description: 'Seconds', schema: { type: 'integer', minimum: 1 } },
};

function problemOf(codes: readonly ProblemCode[]): JsonSchema {
  return { allOf: [{ $ref: refTo('Problem') }, { properties: { code: { enum: codes } } }] };
}

function jsonContent(schema: string): Content {
  return { 'application/json': { schema: { $ref: refTo(schema) } } };
}
