/** A value of a setting, and where it holds: everywhere (empty), in a workspace (`shop`), or in an app of it (`shop/h5`). */
export interface ScopedValue {
  readonly scope: string;
  readonly value: string;
}

/** Reads `VALUE`, `WORKSPACE:VALUE` or `WORKSPACE/APP:VALUE`, comma-separated. */
export function parseScopedValues(text: string): ScopedValue[] {
  return text.split(',').map((entry) => {
    const colon = entry.indexOf(':');
    return { scope: entry.slice(0, Math.max(0, colon)).trim(), value: entry.slice(colon + 1).trim() };
  });
}

/** All values that hold in a scope: its own, and those of what it lies in. */
export function valuesIn(scope: string, values: readonly ScopedValue[]): string[] {
  return values
    .filter((entry) => entry.scope === '' || entry.scope === scope || scope.startsWith(`${entry.scope}/`))
    .map(({ value }) => value);
}
