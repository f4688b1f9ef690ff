import { integerBetween, type Random } from '../../load/random.js';
import type { MessageWeather } from '../plan.js';

/** One direction of a bad bridge. */
export type LossyWay = (text: string) => void;

export interface LossyWayOptions {
  readonly random: Random;
  /** As of now. */
  readonly weather: () => MessageWeather;
  readonly deliver: (text: string) => void;
  /** Told of each message what becomes of it. */
  readonly note: (text: string, fate: string) => void;
}

/** Each message takes four draws, whatever comes out: the n-th meets the same fate in every run of a seed. */
export function createLossyWay({ random, weather, deliver, note }: LossyWayOptions): LossyWay {
  return (text) => {
    const { lost, copied, maxDelayMs } = weather();
    const [isLost, isCopied] = [random() < lost, random() < copied];
    const delays = [integerBetween(random, 0, maxDelayMs), integerBetween(random, 0, maxDelayMs)];
    const arriving = isLost ? [] : delays.slice(0, isCopied ? 2 : 1);
    note(text, isLost ? 'lost' : `in ${arriving.join(' and ')} ms`);
    // Not within the call, as a call into another thread is not.
    for (const delayMs of arriving) setTimeout(() => deliver(text), delayMs);
  };
}
