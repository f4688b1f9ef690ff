/** A message of a server-sent event stream. */
export interface StreamMessage<T> {
  readonly id: string;
  readonly value: T;
  /** When it came, `performance.now()`. */
  readonly atMs: number;
}

export interface Listening<T> {
  readonly messages: readonly StreamMessage<T>[];
  /** Resolves when the server ends the stream. */
  readonly ended: Promise<void>;
  close(): void;
}

export interface ListenOptions {
  /** Address of the stream, query included. */
  readonly url: string;
  readonly key: string;
  /** Only messages of this name are kept. */
  readonly event: string;
  readonly lastEventId?: string | undefined;
}

/**
 * Listens as a program does that comes back by `Last-Event-ID`.
 *
 * @throws when the collector does not answer 200.
 */
export async function listenStream<T>({ url, key, event, lastEventId }: ListenOptions): Promise<Listening<T>> {
  const abort = new AbortController();
  const answer = await fetch(url, {
    headers: { authorization: `Bearer ${key}`, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
    signal: abort.signal,
  });
  if (answer.status !== 200 || !answer.body) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  const messages: StreamMessage<T>[] = [];
  const body = answer.body.pipeThrough(new TextDecoderStream());
  const ended = (async () => {
    let text = '';
    for await (const chunk of body) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end !== -1; end = text.indexOf('\n\n')) {
        const message = text.slice(0, end);
        text = text.slice(end + 2);
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(message)?.[1] ?? '';
        if (field('event') !== event) continue;
        messages.push({ id: field('id'), value: JSON.parse(field('data')) as T, atMs: performance.now() });
      }
    }
  })().catch(() => undefined); // the abort below, or the collector's end
  return { messages, ended, close: () => abort.abort() };
}
