import { type Container, evaluateReceive, originOf } from './container.js';
import { createSyncAnswers } from './sync-answers.js';

/** `WebView.addJavascriptInterface`: a call is answered at once, by its return value; who called is not told. */
export const androidInterface: Container = {
  label: 'Android, JavascriptInterface',
  note: 'TidemarkAndroid.postMessage(text) returns the answer; the rest comes by tidemarkBridge.receive. No origin is told.',
  install(page, shell) {
    const answers = createSyncAnswers((text) => evaluateReceive(page, text));
    const postMessage = (text: unknown) => answers.during(() => shell.hear(text));
    Object.assign(page, { TidemarkAndroid: { postMessage } });
    return answers;
  },
};

/** `WebViewCompat.addWebMessageListener`: an object with events, and the origin of who spoke. */
export const androidListener: Container = {
  label: 'Android, WebMessageListener',
  note: 'TidemarkAndroid.postMessage(text) returns nothing; answers are its message events. The origin is told.',
  install(page, shell) {
    const listeners = new EventTarget();
    Object.assign(page, {
      TidemarkAndroid: {
        postMessage: (text: unknown) => void setTimeout(() => shell.hear(text, originOf(page))),
        addEventListener: listeners.addEventListener.bind(listeners),
        removeEventListener: listeners.removeEventListener.bind(listeners),
      },
    });
    return {
      say: (text) => void setTimeout(() => listeners.dispatchEvent(new MessageEvent('message', { data: text }))),
    };
  },
};
