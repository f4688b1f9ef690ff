import { createRequire } from 'node:module';

/** Of the package that this is. */
export function ownVersion(): string {
  return (createRequire(import.meta.url)('../../package.json') as { readonly version: string }).version; // our own
}
