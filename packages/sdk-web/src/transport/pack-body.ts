/** A body, and whether it is packed. */
export interface PackedBody {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly gzip: boolean;
}

/** Below this gzip gains nothing on a request's own size. */
const WORTH_PACKING_BYTES = 400;

export function plainBody(text: string): PackedBody {
  return { body: new TextEncoder().encode(text), gzip: false };
}

/** Packs with the browser's own gzip where it has one that works. */
export async function packBody(text: string): Promise<PackedBody> {
  const plain = plainBody(text);
  if (plain.body.length >= WORTH_PACKING_BYTES && typeof CompressionStream !== 'undefined') {
    try {
      const gzip = new CompressionStream('gzip');
      const input = gzip.writable.getWriter();
      const packed = new Response(gzip.readable).arrayBuffer(); // read from the start: what is written waits for it
      await Promise.all([input.write(plain.body), input.close()]);
      return { body: new Uint8Array(await packed), gzip: true };
    } catch {
      // a browser of which only the name of it is there: the plain text says the same
    }
  }
  return plain;
}
