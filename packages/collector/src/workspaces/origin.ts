/** Scheme, host and port if not the usual one; no path, and `null` is nobody's. */
export function isOrigin(text: string): boolean {
  if (!URL.canParse(text) || text.includes('*')) return false; // a star is no wildcard, but somebody will take it for one
  const { origin, protocol } = new URL(text);
  return origin === text && (protocol === 'https:' || protocol === 'http:');
}
