import type { ApiDocument, ApiOperation, ApiResponse } from './api-document.js';
import type { JsonSchema } from './schemas.js';

/** Nothing but this page and its style sheet: no script, no network, no frame around it. */
export const DOCS_POLICY =
  "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** The document as a page that works without scripts. */
export function renderDocs(document: ApiDocument): string {
  const { info, paths, tags, components } = document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const sections = tags.map(({ name }) => {
    const ofTag = operations.filter(({ operation }) => operation.tags.includes(name));
    return `<section><h2 id="${anchor(name)}">${text(name)}</h2>${ofTag.map(renderOperation).join('')}</section>`;
  });
  // The anchor lies inside: a browser opens what is around the aim of a link, not the aim itself.
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) =>
      `<details><summary><code>${text(name)}</code></summary><div id="schema-${anchor(name)}">${renderFields(schema)}</div><pre>${text(JSON.stringify(schema, null, 2))}</pre></details>`,
  );
  const links = [...tags.map(({ name }) => name), 'Schemas'].map(
    (name) => `<a href="#${anchor(name)}">${text(name)}</a>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(info.title)}</title>
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<header><h1>${text(info.title)} <small>${text(info.version)}</small></h1>
<p>${prose(info.description)}</p>
<p><a href="/v1/openapi.json">openapi.json</a></p>
<nav>${links.join('')}</nav></header>
<main>${sections.join('\n')}
<section><h2 id="${anchor('Schemas')}">Schemas</h2>${schemas.join('\n')}</section></main>
</body>
</html>
`;
}

interface Placed {
  readonly path: string;
  readonly method: string;
  readonly operation: ApiOperation;
}

function renderOperation({ path, method, operation }: Placed): string {
  const { summary, description, parameters, requestBody, responses, operationId } = operation;
  const parameterRows = parameters.map(
    ({ name, in: place, required, description: what, schema }) =>
      `<tr><td><code>${text(name)}</code>${required ? ' *' : ''}</td><td>${text(place)}</td><td>${renderType(schema)}</td><td>${prose(what)}</td></tr>`,
  );
  const responseRows = Object.entries(responses).map(
    ([status, response]) =>
      `<tr><td class="s${text(status[0] ?? '')}">${text(status)}</td><td>${renderContent(response.content)}</td><td>${prose(response.description)}${retryAfter(response)}</td></tr>`,
  );
  return `<details class="operation" id="${anchor(operationId)}"><summary><b class="${text(method)}">${text(method.toUpperCase())}</b> <code>${text(path)}</code> <span>${text(summary)}</span></summary>
${description ? `<p>${prose(description)}</p>` : ''}
<p>${renderKeys(operation)}</p>
${parameterRows.length > 0 ? `<h3>Parameters</h3><table><thead><tr><th>name</th><th>in</th><th>type</th><th>what it is</th></tr></thead><tbody>${parameterRows.join('')}</tbody></table>` : ''}
${requestBody ? `<h3>Body</h3><p>${renderContent(requestBody.content)}</p>` : ''}
<h3>Answers</h3><table><thead><tr><th>status</th><th>content</th><th>when</th></tr></thead><tbody>${responseRows.join('')}</tbody></table>
</details>`;
}

function renderKeys({ security }: ApiOperation): string {
  const [first] = security;
  if (!first) return 'No key is needed.';
  const inAddress = security.length > 1 ? ', or a write key in the address as <code>?k=KEY</code>' : '';
  return `<code>Authorization: Bearer KEY</code> with a ${text((first.key ?? []).join(' or '))} key${inAddress}.`;
}

function renderContent(content: ApiResponse['content']): string {
  return Object.entries(content ?? {})
    .map(([type, { schema }]) => `<code>${text(type)}</code> ${renderType(schema)}`)
    .join('<br>');
}

/** Fields of an object, one line each. */
function renderFields({ properties, required }: JsonSchema): string {
  if (properties === undefined) return '';
  const needed = new Set(Array.isArray(required) ? required : []);
  const rows = Object.entries(properties as Record<string, JsonSchema>).map(
    // a schema's properties are schemas
    ([name, schema]) =>
      `<tr><td><code>${text(name)}</code>${needed.has(name) ? ' *' : ''}</td><td>${renderType(schema)}</td></tr>`,
  );
  return `<table><thead><tr><th>field</th><th>type</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function renderType(schema: JsonSchema): string {
  const { $ref, allOf, anyOf, oneOf, type, items, enum: values, const: value } = schema as Record<string, never>; // JSON Schema's words
  if ($ref !== undefined) {
    const name = String($ref).split('/').at(-1) ?? '';
    return `<a href="#schema-${anchor(name)}">${text(name)}</a>`;
  }
  if (value !== undefined) return `<code>${text(JSON.stringify(value))}</code>`;
  if (values !== undefined) return (values as unknown[]).map((one) => `<code>${text(String(one))}</code>`).join(' ');
  if (Array.isArray(allOf)) return renderType(allOf[0] as JsonSchema);
  const choices = (anyOf ?? oneOf) as readonly JsonSchema[] | undefined;
  if (choices !== undefined) return choices.map(renderType).join(' | ');
  if (type === 'array' && items !== undefined) return `list of ${renderType(items)}`;
  return `${text(String(type ?? ''))}${bounds(schema)}`;
}

function bounds({ minimum, maximum, minLength, maxLength, maxItems }: JsonSchema): string {
  const range = (low: unknown, high: unknown, unit: string) =>
    low === undefined && high === undefined ? '' : ` <small>${text(`${low ?? ''}..${high ?? ''}${unit}`)}</small>`;
  return (
    range(minimum, maximum, '') + range(minLength, maxLength, ' characters') + range(undefined, maxItems, ' items')
  );
}

function retryAfter({ headers }: ApiResponse): string {
  return headers ? ' <small>with <code>Retry-After</code></small>' : '';
}

/** Text with `code` in it. */
function prose(value: string): string {
  return text(value).replace(/`([^`]+)`/g, '<code>$1</code>');
}

function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function anchor(value: string): string {
  return value.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase();
}
