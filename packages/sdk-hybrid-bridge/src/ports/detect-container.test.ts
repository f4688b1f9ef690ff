import { describe, expect, it } from 'vitest';
import { detectContainer } from './detect-container.js';

describe('detectContainer', () => {
  const postMessage = () => undefined;

  it('knows each shell by the object it injects', () => {
    expect(detectContainer({ webkit: { messageHandlers: { tidemark: { postMessage } } } })).toBe('ios');
    expect(detectContainer({ TidemarkAndroid: {} })).toBe('android');
    expect(detectContainer({ TidemarkHarmony: {} })).toBe('harmony');
    expect(detectContainer({ ReactNativeWebView: { postMessage } })).toBe('react_native');
    expect(detectContainer({ flutter_inappwebview: { callHandler: postMessage } })).toBe('flutter');
    expect(detectContainer({ TidemarkFlutter: { postMessage } })).toBe('flutter');
    expect(detectContainer({ Capacitor: { isNativePlatform: () => true } })).toBe('capacitor');
    expect(detectContainer({ __wxjs_environment: 'miniprogram' })).toBe('wechat_mini_program');
  });

  it('takes a page for a browser when the shell gives it nothing to speak to', () => {
    expect(detectContainer({})).toBe('browser');
    expect(detectContainer({ webkit: { messageHandlers: {} } })).toBe('browser');
    expect(detectContainer({ ReactNativeWebView: {} })).toBe('browser');
    expect(detectContainer({ Capacitor: { isNativePlatform: () => false } })).toBe('browser');
    expect(detectContainer({ __wxjs_environment: 'browser' })).toBe('browser');
  });
});
