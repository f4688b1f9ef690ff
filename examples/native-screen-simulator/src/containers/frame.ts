import type { Container } from './container.js';

/** No app at all: the page lies in a frame of another page, which is the host. */
export const frameContainer: Container = {
  label: 'Frame, postMessage',
  note: 'Nothing is in the window; the page posts to the page around it, and takes answers from that origin alone. The origin is told.',
  install(page, shell) {
    const { origin } = location;
    function hear({ source, data, origin: from }: MessageEvent): void {
      if (source === page) shell.hear(data, from);
    }
    addEventListener('message', hear);
    return { say: (text) => page.postMessage(text, origin), close: () => removeEventListener('message', hear) };
  },
};
