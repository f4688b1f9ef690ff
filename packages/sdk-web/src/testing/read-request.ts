/** A request as `fetch` was called with it. */
export interface ReadRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The key, wherever it stands; empty when there is none. */
  readonly key: string;
  /** The body, unpacked. */
  text(): Promise<string>;
}

/** Reads what `fetch` is given, in whatever form, without a network and without anything of Node. */
export function readRequest(input: RequestInfo | URL, init: RequestInit = {}): ReadRequest {
  const request = typeof input === 'object' && 'url' in input ? input : undefined;
  const url = new URL(request?.url ?? String(input), 'http://collector.invalid');
  const headers = new Headers(init.headers ?? request?.headers);
  return {
    method: (init.method ?? request?.method ?? 'GET').toUpperCase(),
    path: url.pathname,
    query: url.searchParams,
    key: url.searchParams.get('k') ?? headers.get('Authorization')?.replace(/^Bearer /, '') ?? '',
    async text() {
      const bytes = await bytesOf(init.body ?? (await request?.arrayBuffer()));
      const format = url.searchParams.get('z') ?? headers.get('Content-Encoding');
      return new TextDecoder().decode(format === 'gzip' || format === 'deflate' ? await unpack(bytes, format) : bytes);
    },
  };
}

async function bytesOf(body: BodyInit | ArrayBuffer | null | undefined): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  if (ArrayBuffer.isView(body)) return Uint8Array.from(new Uint8Array(body.buffer, body.byteOffset, body.byteLength));
  return new Uint8Array(await new Response(body).arrayBuffer());
}

async function unpack(bytes: Uint8Array<ArrayBuffer>, format: CompressionFormat): Promise<Uint8Array> {
  const { readable, writable } = new DecompressionStream(format);
  const writer = writable.getWriter();
  const written = writer.write(bytes).then(() => writer.close());
  written.catch(() => undefined); // reading tells
  const unpacked: number[] = [];
  const reader = readable.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read())
    for (const byte of part.value) unpacked.push(byte);
  return Uint8Array.from(unpacked);
}
