/** What was asked for cannot be run: told in one sentence, without a stack. */
export class UsageError extends Error {}

/** Runs a command's main function; a fault of any kind ends in exit code 1. */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    const text = error instanceof Error && !(error instanceof UsageError) ? error.stack : String(error);
    process.stderr.write(`${(text ?? '').replace(/^Error: /, '')}\n`);
    process.exitCode = 1;
  }
}

/**
 * A whole number of a command line.
 *
 * @throws {UsageError} naming the option.
 */
export function wholeNumber(text: string, option: string, low: number, high: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= low && value <= high) return value;
  throw new UsageError(`--${option} takes a whole number from ${low} to ${high}, not "${text}".`);
}
