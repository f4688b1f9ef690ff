/**
 * A text as a terminal may be given it: control characters (C0, DEL, C1) become U+FFFD. Pages, names and log lines come
 * from strangers, and an escape sequence in one could clear the screen or fake what the command printed.
 */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\uFFFD');
}
