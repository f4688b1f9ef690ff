/** The same fields without a prototype: a page may have given that of all objects a `toJSON`, which would speak for them. */
export function bare<T extends object>(fields: T): T {
  return { __proto__: null, ...fields };
}
