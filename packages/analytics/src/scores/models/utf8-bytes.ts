/** A text in UTF-8. Half a surrogate pair becomes U+FFFD, as everywhere else. */
export function utf8Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let at = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.codePointAt(index) ?? 0;
    if (unit > 0xffff) index += 1;
    const point = unit >= 0xd800 && unit <= 0xdfff ? 0xfffd : unit;
    if (point < 0x80) {
      bytes[at++] = point;
      continue;
    }
    if (point > 0xffff) {
      bytes[at++] = 0xf0 | (point >> 18);
      bytes[at++] = 0x80 | ((point >> 12) & 63);
    } else if (point > 0x7ff) bytes[at++] = 0xe0 | (point >> 12);
    if (point > 0x7ff) bytes[at++] = 0x80 | ((point >> 6) & 63);
    else bytes[at++] = 0xc0 | (point >> 6);
    bytes[at++] = 0x80 | (point & 63);
  }
  return bytes.slice(0, at);
}
