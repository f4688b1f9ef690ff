import type { Messenger } from './messenger.js';

/**
 * For a page in a frame: the page around it is the host, if it is of this origin.
 *
 * @throws {Error} when the page lies in no frame.
 */
export function frame(origin: string): Messenger {
  const around = parent;
  if (around === window) throw new Error('frame: the page lies in no frame');
  return {
    postMessage: (text) => around.postMessage(text, origin),
    addEventListener(type, listener, options) {
      const hear = ({ source, data, origin: from }: MessageEvent) => {
        if (source === around) listener({ data, isForeign: from !== origin });
      };
      addEventListener(type, hear, options);
    },
  };
}
