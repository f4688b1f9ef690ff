import { type Container, evaluateReceive, originOf } from './container.js';

/** react-native-webview: `onMessage` with the page's address, `injectJavaScript` the other way. */
export const reactNative: Container = {
  label: 'React Native WebView',
  note: 'ReactNativeWebView.postMessage(text) returns nothing; answers come by tidemarkBridge.receive. The origin is told.',
  install(page, shell) {
    const postMessage = (text: unknown) => void setTimeout(() => shell.hear(text, originOf(page)));
    Object.assign(page, { ReactNativeWebView: { postMessage } });
    return { say: (text) => evaluateReceive(page, text) };
  },
};
