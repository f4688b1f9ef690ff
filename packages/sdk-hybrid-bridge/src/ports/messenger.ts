/** What all containers come down to: an object with the shape of a `MessagePort`. */
export interface Messenger {
  /** May answer with a text, or a promise of one. */
  postMessage(text: string): unknown;
  addEventListener?(
    type: 'message',
    listener: (event: MessengerEvent) => void,
    options: { readonly signal: AbortSignal },
  ): void;
}

export interface MessengerEvent {
  readonly data: unknown;
  /** It comes from an origin that is not the host's. */
  readonly isForeign?: boolean;
}
