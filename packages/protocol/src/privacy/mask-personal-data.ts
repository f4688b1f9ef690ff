/** What is looked for in texts. It leaves its kind behind: `[email]`, `[iban]`... */
export const PERSONAL_KINDS = ['email', 'iban', 'id', 'card', 'phone'] as const;
export type PersonalKind = (typeof PERSONAL_KINDS)[number];

/**
 * Replaces what looks like a person's by what it is: e-mail addresses `[email]`, bank accounts `[iban]`, Chinese resident
 * ids `[id]`, card numbers `[card]`, phone numbers `[phone]`. Check digits, lengths and dates are looked at, so that most
 * other numbers stay. Takes time in proportion to the text: every pattern is bounded.
 */
export function maskPersonalData(text: string): string {
  return createMask()(text);
}

/**
 * The same for many texts: the patterns are compiled once.
 *
 * @param mayMask - asked about each find; what it says false of stays as it is.
 */
export function createMask(mayMask: (kind: PersonalKind) => boolean = () => true): (text: string) => string {
  const rules = RULES.map(([kind, source, accepts]) => {
    // No part of a word, of an identifier with dashes (a UUID, an order id), or of a decimal. Compiled here: a browser
    // that cannot look behind must not fail at loading.
    const pattern = kind === 'email' ? source() : `(?<!\\w-?|\\d\\.|\\+)()(?=(${source()})(?!-?\\w|\\.\\d))`;
    return { kind, pattern: RegExp(pattern, 'g'), accepts };
  });
  return (text) =>
    rules.reduce(
      (masked, { kind, pattern, accepts }) =>
        replaceAll(masked, pattern, `[${kind}]`, (found) => accepts(found.match(/\w/g) ?? []) && mayMask(kind)),
      text,
    );
}

type Rule = readonly [kind: PersonalKind, source: () => string, accepts: (characters: readonly string[]) => boolean];

/** Countries by the length of their account numbers, from 15 on; none has 17. @see SWIFT, IBAN Registry (ISO 13616) */
const IBAN_COUNTRIES =
  'NO,BE,(?!),DK|F[IKO]|GL|NL|SD,MK|SI,AT|BA|EE|KZ|L[TU]|MN|XK,CH|HR|L[IV],B[GH]|CR|DE|GB|GE|IE|ME|RS|VA,AE|GI|I[LQ]|OM|SO|TL,AD|CZ|ES|MD|PK|RO|S[AEK]|TN|VG,LY|PT|ST,IS|TR,BI|DJ|FR|GR|IT|M[CR]|SM,A[LZ]|BY|CY|DO|GT|H[NU]|LB|NI|PL|SV,BR|EG|PS|QA|UA,JO|KW|MU|YE,MT|SC,LC,RU';

/** In this order: an account before a card in it; a card of 19 digits before one of 16 that may be its beginning. */
const RULES: readonly Rule[] = [
  // From the sign to both sides, since few characters are one: the name before it, and a domain, which does not end in a
  // number (`package@1.2.3` is nobody's address).
  ['email', () => '(?=@|%40)(?<=([\\w.+-]{1,64}))(?=((@|%40)([\\w-]{1,63}\\.){1,8}[A-Za-z]{2,63}))', () => true],
  [
    'iban',
    () =>
      IBAN_COUNTRIES.split(',')
        .map((countries, index) => `(${countries})\\d\\d([ -]?[\\dA-Z]){${11 + index}}`)
        .join('|'),
    isIban,
  ],
  // Province, date of birth with century or without: a date or an epoch time is none.
  [
    'id',
    () => /([1-9][1-7]|50)\d{4}((1[89]|20)?\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]?/.source,
    isResidentId,
  ],
  // The issuers' numbers begin so and are so long; a date or an epoch time is not. @see ISO/IEC 7812-1
  ['card', () => /(?=62|81|9558|5[0678]|6[0347])(\d{4}[ -]?){4}\d{1,3}/.source, isCard],
  [
    'card',
    () =>
      /(?=4|5[0-8]|2[2-7]|3[05-9]|6|8[12])(\d{4}[ -]?){3}\d{4}|4\d{3}([ -]?\d{4}){2}[ -]?\d|3[04-9]\d\d[ -]?\d{6}[ -]?\d{4,5}/
        .source,
    isCard,
  ],
  // Not a sum of money with its sign.
  [
    'phone',
    () =>
      /((\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}|(?!\+\d+\.\d\d?(?![.\d]))\+[1-9]([ ().-]{0,2}\d){7,14}/.source,
    () => true,
  ],
];

/**
 * Tries every start of a number, also of one inside what was no match: a quantity may stand before a card.
 *
 * @param pattern - matches the empty place where a find lies, and captures what belongs to it before and from there on.
 */
function replaceAll(text: string, pattern: RegExp, label: string, accepts: (found: string) => boolean): string {
  let masked = '';
  let end = 0;
  for (const { index, 1: before = '', 2: found = '' } of text.matchAll(pattern)) {
    if (index < end || !accepts(found)) continue;
    masked += text.slice(end, Math.max(end, index - before.length)) + label;
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

/** ISO 7064 MOD 97-10, with the country and the check digits at the end and A as 10 ... Z as 35. @see ISO 13616 */
function isIban(characters: readonly string[]): boolean {
  const digits = [...characters.slice(4), ...characters.slice(0, 4)].map((character) => Number.parseInt(character, 36));
  // None has fewer digits; words in capitals do.
  return BigInt(digits.join('')) % 97n === 1n && characters.filter((character) => character < 'A').length >= 8;
}
