/**
 * CRC-32 of a text of ASCII characters, as eight hexadecimal digits.
 *
 * @see ISO-HDLC (IEEE 802.3), reflected polynomial 0xEDB88320; "123456789" gives cbf43926.
 */
export function checksum(text: string): string {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i) & 0xff;
    // Bit by bit: a table would be work at import time, and frames are short.
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return (~crc >>> 0).toString(16).padStart(8, '0');
}
