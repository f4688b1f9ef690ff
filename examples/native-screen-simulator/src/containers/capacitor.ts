import { type Container, originOf } from './container.js';
import { createReplies } from './replies.js';

type Listener = (message: { readonly text: string }) => void;

/** A Capacitor plugin: objects instead of texts, a promise for each call, and events. */
export const capacitor: Container = {
  label: 'Capacitor plugin',
  note: 'Capacitor.Plugins.Tidemark.send({ text }) is a promise of the answer; the rest are its message events. The origin is told.',
  install(page, shell) {
    const listeners = new Set<Listener>();
    const replies = createReplies((text) => {
      for (const listener of listeners) setTimeout(() => listener({ text }));
    });
    const Tidemark = {
      async send({ text }: { readonly text: unknown }) {
        const reply = await replies.call(() => shell.hear(text, originOf(page)));
        return reply === undefined ? {} : { text: reply };
      },
      async addListener(type: string, listener: Listener) {
        if (type === 'message') listeners.add(listener);
        return { remove: async () => void listeners.delete(listener) };
      },
    };
    Object.assign(page, { Capacitor: { Plugins: { Tidemark } } });
    return replies;
  },
};
