/** For containers whose call returns a promise: each call gets one reply, the next that the shell says, or none. */
export interface Replies {
  call(hear: () => void): Promise<string | undefined>;
  say(text: string): void;
}

/** A shell that has nothing to say must reply all the same: systems warn of handlers that never do. */
const REPLY_WITHIN_MS = 1_000;

/** @param otherwise - takes what comes when no call waits. */
export function createReplies(otherwise: (text: string) => void): Replies {
  const waiting: ((text?: string) => void)[] = [];
  return {
    call(hear) {
      const reply = new Promise<string | undefined>((resolve) => {
        waiting.push(resolve);
        setTimeout(() => {
          const at = waiting.indexOf(resolve);
          if (at >= 0) waiting.splice(at, 1);
          resolve(undefined);
        }, REPLY_WITHIN_MS);
      });
      hear();
      return reply;
    },
    say(text) {
      const reply = waiting.shift();
      if (reply) reply(text);
      else otherwise(text);
    },
  };
}
