/** A body, and how it is packed. */
export interface PackedBody {
  readonly body: BodyInit;
  readonly encoding: 'gzip' | 'identity';
}

/** Below this gzip gains nothing on a request's own size. */
const WORTH_PACKING_CHARS = 400;

/** Packs with the browser's own gzip where it has one. */
export async function packBody(text: string): Promise<PackedBody> {
  if (text.length < WORTH_PACKING_CHARS || typeof CompressionStream === 'undefined') {
    return { body: text, encoding: 'identity' };
  }
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return { body: await new Response(packed).arrayBuffer(), encoding: 'gzip' };
}
