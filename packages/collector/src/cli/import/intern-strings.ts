/**
 * Keeps one copy of each text. A line of a log is mostly repetition, and a text cut out of a line by a regular
 * expression keeps the whole line in memory, so the copy is made anew.
 */
export function createInterner(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const copy = Buffer.from(text).toString();
    known.set(copy, copy);
    return copy;
  };
}
