import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** One message is a few hundred bytes; a megabyte without an end is not a stream of ours. */
const MESSAGE_MAX_CHARS = 1_048_576;

export interface MessageSink {
  /** Something arrived, be it only a ping: the connection is alive. */
  onBytes(): void;
  onMessage(message: EventSourceMessage): void;
}

/**
 * Reads server-sent events from a body until it ends.
 *
 * @throws what the body throws when the connection breaks or is aborted.
 */
export async function readMessages(body: ReadableStream<Uint8Array>, sink: MessageSink): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  const parser = createParser({ onEvent: sink.onMessage, maxBufferSize: MESSAGE_MAX_CHARS });
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    sink.onBytes();
    parser.feed(decoder.decode(value, { stream: true }));
  }
}
