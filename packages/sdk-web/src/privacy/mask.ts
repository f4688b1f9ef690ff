/**
 * Replaces what looks like a person's by what it is: Chinese resident ids `[id]`, card numbers `[card]`, phone numbers
 * `[phone]`, e-mail addresses `[email]`. Check digits and dates are looked at, so that most other numbers stay.
 * Takes time in proportion to the text: every pattern is bounded.
 */
export function maskPersonalData(text: string): string {
  return RULES.reduce(
    (masked, [pattern, label, accepts]) => replaceNumbers(masked, pattern, label, accepts),
    // A domain does not end in a number: `package@1.2.3` is nobody's address.
    text.replace(/[\w.+-]{1,64}(@|%40)([\w-]{1,63}\.){1,8}[a-z]{2,63}/gi, '[email]'),
  );
}

/** In this order: a card of 19 digits before one of 16 that may be its beginning, with three digits of something else behind. */
const RULES: readonly (readonly [pattern: RegExp, label: string, accepts?: (digits: readonly string[]) => boolean])[] =
  [
    // Province, date of birth with century or without: a date or an epoch time is none.
    [/([1-9][1-7]|50)\d{4}((1[89]|20)?\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]?/, '[id]', isResidentId],
    // Cards begin so; a date or an epoch time does not.
    [/(?=[3-689]|2[2-7])(\d{4}[ -]?){4}\d{1,3}/, '[card]', isCard],
    [/(?=[3-689]|2[2-7])\d{4}[ -]?(\d{4}[ -]?\d{4}[ -]?\d{1,4}|\d{6}[ -]?\d{4,5})/, '[card]', isCard],
    // Not a sum of money with its sign.
    [
      /((\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}|(?!\+\d+\.\d\d?(?![.\d]))\+[1-9]([ ().-]{0,2}\d){7,14}/,
      '[phone]',
    ],
  ];

/** Tries the start of every number, also of one inside what was no match: a quantity may stand before a card. */
function replaceNumbers(
  text: string,
  { source }: RegExp,
  label: string,
  accepts: (digits: readonly string[]) => boolean = () => true,
): string {
  let masked = '';
  let end = 0;
  // No part of a word, of an identifier with dashes (a UUID, an order id), or of a decimal.
  for (const { index, 1: found = '' } of text.matchAll(
    RegExp(`(?<!\\w-?|\\d\\.|\\+)(?=(${source})(?!-?\\w|\\.\\d))`, 'g'),
  )) {
    if (index < end || !accepts(found.match(/\w/g) ?? [])) continue;
    masked += text.slice(end, index) + label;
    end = index + found.length;
  }
  return masked + text.slice(end);
}

/** Luhn's check digit: every second one from the right counts twice. @see ISO/IEC 7812-1 */
function isCard(digits: readonly string[]): boolean {
  const sum = digits.reduce((total, digit, index) => {
    const value = Number(digit) * (2 - ((digits.length - index) % 2));
    return total + value - (value > 9 ? 9 : 0);
  }, 0);
  return sum % 10 === 0;
}

/** Fifteen digits have no check digit; the eighteenth is ISO 7064 MOD 11-2, where X stands for ten. @see GB 11643-1999 */
function isResidentId(digits: readonly string[]): boolean {
  const check = digits.reduce((sum, digit) => sum * 2 + Number(digit.replace(/x/i, '10')), 0) % 11;
  return digits.length === 15 || (digits.length === 18 && check === 1);
}
