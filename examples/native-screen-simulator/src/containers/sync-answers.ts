/** For containers whose call returns a text: what the shell says while it hears is the answer, all else goes another way. */
export interface SyncAnswers {
  /** @returns the first text that was said during it; '' for none, since these containers know no `undefined`. */
  during(hear: () => void): string;
  say(text: string): void;
}

/** @param otherwise - takes what comes when no call waits, or after its answer. */
export function createSyncAnswers(otherwise: (text: string) => void): SyncAnswers {
  let isHearing = false;
  let answer = '';
  return {
    during(hear) {
      isHearing = true;
      answer = '';
      hear();
      isHearing = false;
      return answer;
    },
    say(text) {
      if (isHearing && answer === '') answer = text;
      else otherwise(text);
    },
  };
}
