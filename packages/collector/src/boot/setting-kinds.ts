import { z } from 'zod';

/*
 * Kinds of settings, each with a sentence for whoever wrote something else: "TIDEMARK_PORT: it is a whole number ...".
 */

export function wholeNumber(min: number, max: number) {
  const error = `it is a whole number from ${min} to ${max}`;
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error });
}

export function yesOrNo() {
  return z.union([z.boolean(), z.stringbool()], { error: 'it is yes or no' });
}

/** A name that stands in SQL as it is. */
export function sqlName() {
  const error = 'it is a name of at most 64 letters, digits and underscores that does not begin with a digit';
  return z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, { error });
}

export function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, { error: `it is one of ${names.join(', ')}` });
}
