/**
 * Writes ClickHouse's RowBinary into one growing buffer.
 *
 * @see ClickHouse documentation, "RowBinary": values one after another, little-endian, no separators.
 */
export interface RowBinaryWriter {
  uint8(value: number): void;
  uint16(value: number): void;
  uint32(value: number): void;
  /** Any integer that a double holds exactly, as 64 bits: UInt64, Int64, DateTime64(3) in milliseconds. */
  int64(value: number): void;
  float32(value: number): void;
  float64(value: number): void;
  /** Decimal(18, 4), rounded to the nearest. */
  decimal4(value: number): void;
  /** UUID text; anything shorter is written as the zero UUID. */
  uuid(text: string): void;
  string(text: string): void;
  varint(value: number): void;
  /** Bytes that were encoded before. */
  raw(bytes: Uint8Array): void;
  /** Everything written since the last take, as a copy of its own. */
  take(): Buffer;
}

const TWO_32 = 4_294_967_296;

/** Strings up to here are written by a loop; longer ones are faster in native code. */
const LOOP_MAX_LENGTH = 24;

/** Where each of a UUID's 16 bytes stands in its text. */
const HEX_OFFSETS = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

export function createRowBinaryWriter(): RowBinaryWriter {
  let buffer = Buffer.allocUnsafeSlow(64 * 1024);
  let at = 0;

  function reserve(bytes: number): void {
    if (at + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(buffer.length * 2, at + bytes));
    buffer.copy(larger, 0, 0, at);
    buffer = larger;
  }

  function int64(value: number): void {
    reserve(8);
    const high = Math.floor(value / TWO_32);
    buffer.writeUInt32LE(value - high * TWO_32, at);
    buffer.writeInt32LE(high, at + 4);
    at += 8;
  }

  function varint(value: number): void {
    reserve(5);
    let rest = value;
    while (rest > 127) {
      buffer[at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    buffer[at++] = rest;
  }

  return {
    uint8(value) {
      reserve(1);
      buffer[at++] = value;
    },
    uint16(value) {
      reserve(2);
      at = buffer.writeUInt16LE(value, at);
    },
    uint32(value) {
      reserve(4);
      at = buffer.writeUInt32LE(value, at);
    },
    int64,
    float32(value) {
      reserve(4);
      at = buffer.writeFloatLE(value, at);
    },
    float64(value) {
      reserve(8);
      at = buffer.writeDoubleLE(value, at);
    },
    decimal4(value) {
      int64(Math.round(value * 10_000));
    },
    uuid(text) {
      reserve(16);
      if (text.length < 36) {
        for (let i = 0; i < 16; i++) buffer[at + i] = 0;
      } else {
        // Two UInt64, each little-endian: the text's bytes 7..0, then 15..8.
        for (let i = 0; i < 16; i++) buffer[at + (i ^ 7)] = byteAt(text, HEX_OFFSETS[i] as number); // 16 entries
      }
      at += 16;
    },
    string(text) {
      const length = text.length;
      if (length <= LOOP_MAX_LENGTH) {
        // Most strings are empty or a short word: a loop is done before a native call has begun.
        reserve(1 + length);
        let i = 0;
        for (; i < length; i++) {
          const code = text.charCodeAt(i);
          if (code > 127) break;
          buffer[at + 1 + i] = code;
        }
        if (i === length) {
          buffer[at] = length;
          at += 1 + length;
          return;
        }
      }
      if (length < 128) {
        // One code unit is at most three bytes. Short strings are mostly ASCII: guess a one-byte length, mend if wrong.
        reserve(2 + 3 * length);
        const written = buffer.write(text, at + 1);
        if (written < 128) {
          buffer[at] = written;
          at += 1 + written;
          return;
        }
      }
      const bytes = Buffer.byteLength(text);
      varint(bytes);
      reserve(bytes);
      at += buffer.write(text, at);
    },
    varint,
    raw(bytes) {
      reserve(bytes.byteLength);
      buffer.set(bytes, at);
      at += bytes.byteLength;
    },
    take() {
      const taken = Buffer.from(buffer.subarray(0, at));
      at = 0;
      return taken;
    },
  };
}

function byteAt(text: string, offset: number): number {
  return (nibble(text.charCodeAt(offset)) << 4) | nibble(text.charCodeAt(offset + 1));
}

/** 0-9 are 48-57, A-F 65-70, a-f 97-102: letters have bit 6 set and lack nine. */
function nibble(code: number): number {
  return (code & 15) + (code >> 6) * 9;
}
