const DIGITS_MIN = 8;
/** `a@b.io` */
const LENGTH_MIN = 6;

/**
 * Whether looking closer is worth it: at eight digits that belong together, or at an `@`. Most texts have neither, and cost
 * about a nanosecond a character here. False only where `maskPersonalData` finds nothing.
 */
export function mayHoldPersonalData(text: string): boolean {
  if (text.length < LENGTH_MIN) return false;
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x30 && code <= 0x39) {
      if (++digits === DIGITS_MIN) return true;
    } else if (code === 0x40 || (code === 0x25 && text.startsWith('40', i + 1))) {
      return true;
    } else if (!goesOn(code)) {
      digits = 0;
    }
  }
  return false;
}

/** What may stand within a number: the patterns' separators ` ().-`, and the capital letters of a bank account. */
function goesOn(code: number): boolean {
  return (
    (code >= 0x41 && code <= 0x5a) || code === 0x20 || code === 0x2d || code === 0x2e || code === 0x28 || code === 0x29
  );
}
