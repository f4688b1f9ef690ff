/** Bytes of a text in UTF-8. Not every JavaScript engine of an app has `TextEncoder`. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit <= 0xdfff)
      bytes += 2; // half of a pair, which takes four
    else bytes += 3;
  }
  return bytes;
}
