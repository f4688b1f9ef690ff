import { type Container, evaluateReceive, originOf } from './container.js';
import { createReplies } from './replies.js';

/** webview_flutter's `JavaScriptChannel`: one object a channel, and nothing but the text. */
export const flutterChannel: Container = {
  label: 'Flutter, JavaScriptChannel',
  note: 'TidemarkFlutter.postMessage(text) returns nothing; answers come by tidemarkBridge.receive. No origin is told.',
  install(page, shell) {
    const postMessage = (text: unknown) => void setTimeout(() => shell.hear(text));
    Object.assign(page, { TidemarkFlutter: { postMessage } });
    return { say: (text) => evaluateReceive(page, text) };
  },
};

/** flutter_inappwebview's `addJavaScriptHandler`: handlers by name, each call a promise. */
export const flutterInApp: Container = {
  label: 'flutter_inappwebview',
  note: "flutter_inappwebview.callHandler('tidemark', text) is a promise of the answer; the rest comes by tidemarkBridge.receive. The origin is told.",
  install(page, shell) {
    const replies = createReplies((text) => evaluateReceive(page, text));
    const callHandler = async (name: string, text: unknown) =>
      name === 'tidemark' ? ((await replies.call(() => shell.hear(text, originOf(page)))) ?? null) : null;
    Object.assign(page, { flutter_inappwebview: { callHandler } });
    return replies;
  },
};
