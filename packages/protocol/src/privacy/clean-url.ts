/**
 * An address without what may hold personal data: credentials, query parameters that nobody asked for, and a fragment
 * that is no route. Of a fragment that is one (`#/...`) the query is cleaned likewise. Parameters stay as they are
 * written and in their order; a name that is percent-encoded is not recognised, and goes.
 *
 * @param keepQuery - the names of the parameters that stay, or what knows them.
 * @throws nothing, whatever the text.
 */
export function cleanUrl(url: string, keepQuery: Pick<readonly string[], 'includes'>): string {
  return url
    .replace(/^([^/?#]*\/\/)[^/?#]*@/, '$1')
    .replace(/#(?!\/).*/s, '')
    .replace(/\?[^#]*/g, (query) =>
      query
        .replace(/[?&]([^=&]*)[^&]*/g, (parameter, name) => (keepQuery.includes(name) ? parameter : ''))
        .replace(/^&/, '?'),
    );
}
