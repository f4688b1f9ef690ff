/** A longer line is no line of an access log: servers bound the request line to 8 kB and each header to as much. Bytes. */
export const LINE_BYTES_MAX = 65_536;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Cuts bytes into lines of text, many at once. A line end at the very end begins no further line.
 * Bytes that are no UTF-8 become U+FFFD.
 *
 * @returns one array of lines a chunk; undefined stands for a line over {@link LINE_BYTES_MAX}, which is never held whole.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<(string | undefined)[]> {
  let begun: Buffer[] = [];
  let begunBytes = 0;

  function hold(piece: Buffer): void {
    begunBytes += piece.length;
    if (begunBytes <= LINE_BYTES_MAX) begun.push(piece);
  }
  function endLine(): string | undefined {
    const line = begunBytes > LINE_BYTES_MAX ? undefined : textOf(begun);
    begun = [];
    begunBytes = 0;
    return line;
  }

  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const lines: (string | undefined)[] = [];
    let start = 0;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, start)) {
      hold(bytes.subarray(start, end));
      lines.push(endLine());
      start = end + 1;
    }
    if (start < bytes.length) hold(bytes.subarray(start));
    yield lines;
  }
  if (begunBytes > 0) yield [endLine()];
}

function textOf(pieces: readonly Buffer[]): string {
  const [only] = pieces;
  const bytes = pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
  const length = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
  return bytes.toString('utf8', 0, length);
}
