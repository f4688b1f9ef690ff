/** Something a person has to put right in the data or the settings; the message says what is wrong and what to do. */
export interface InputError extends Error {
  readonly name: 'InputError';
}

export function inputError(sentence: string): InputError {
  return Object.assign(new Error(sentence), { name: 'InputError' as const });
}

export function isInputError(value: unknown): value is InputError {
  return value instanceof Error && value.name === 'InputError';
}
