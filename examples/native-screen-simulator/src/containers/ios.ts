import { type Container, evaluateReceive, originOf, type PageEnd } from './container.js';
import { createReplies } from './replies.js';

/** `WKScriptMessageHandlerWithReply`: each call is a promise, with one reply. */
export const iosReply: Container = {
  label: 'iOS, message handler with reply',
  note: 'webkit.messageHandlers.tidemark.postMessage(text) is a promise of the answer; the rest comes by tidemarkBridge.receive. The origin is told.',
  install(page, shell) {
    const replies = createReplies((text) => evaluateReceive(page, text));
    return addHandler(page, (text) => replies.call(() => shell.hear(text, originOf(page))), replies.say);
  },
};

/** `WKScriptMessageHandler`: a call returns nothing. */
export const iosPlain: Container = {
  label: 'iOS, message handler',
  note: 'webkit.messageHandlers.tidemark.postMessage(text) returns nothing; answers come by tidemarkBridge.receive. The origin is told.',
  install(page, shell) {
    const hearLater = (text: unknown) => void setTimeout(() => shell.hear(text, originOf(page)));
    return addHandler(page, hearLater, (text) => evaluateReceive(page, text));
  },
};

function addHandler(page: Window, postMessage: (text: unknown) => unknown, say: PageEnd['say']): PageEnd {
  Object.assign(page, { webkit: { messageHandlers: { tidemark: { postMessage } } } });
  return { say };
}
