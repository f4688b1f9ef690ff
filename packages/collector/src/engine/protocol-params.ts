/**
 * Reads what ClickHouse's client puts into the address of a request.
 *
 * @see ClickHouse documentation, "HTTP interface".
 */
export interface RequestParams {
  /** SQL given in the address; the body is then the data of an INSERT. */
  readonly query: string | undefined;
  readonly queryId: string | undefined;
  /** Values of `{name:Type}` placeholders. */
  readonly bound: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
}

/** Parameters that are about the connection, not settings of the query. */
const NOT_SETTINGS = new Set([
  'query',
  'query_id',
  'database',
  'session_id',
  'session_timeout',
  'wait_end_of_query',
  'role',
]);

export function readRequestParams(search: URLSearchParams): RequestParams {
  const bound: Record<string, string> = {};
  const settings: Record<string, string> = {};
  for (const [name, value] of search) {
    if (name.startsWith('param_')) bound[name.slice('param_'.length)] = unescapeTsv(value);
    else if (!NOT_SETTINGS.has(name)) settings[name] = value;
  }
  return {
    query: search.get('query') ?? undefined,
    queryId: search.get('query_id') ?? undefined,
    bound,
    settings,
  };
}

/** `SETTINGS a = 'x', b = '1'`, or nothing; settings must be inline because they would stick to the connection. */
export function settingsClause(settings: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(settings)
    .filter(([name]) => /^[a-z][a-z0-9_]*$/.test(name))
    .map(([name, value]) => `${name} = '${value.replace(/[\\']/g, '\\$&')}'`);
  return pairs.length === 0 ? '' : ` SETTINGS ${pairs.join(', ')}`;
}

const TSV_ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', b: '\b', f: '\f', '0': '\0' };

function unescapeTsv(text: string): string {
  return text.replace(/\\(.)/gs, (_, escaped: string) => TSV_ESCAPES[escaped] ?? escaped);
}
