/** The native shells that a page may find itself in, and the plain browser. */
export type Container =
  | 'android'
  | 'ios'
  | 'react_native'
  | 'flutter'
  | 'harmony'
  | 'wechat_mini_program'
  | 'capacitor'
  | 'browser';

/** What the shells put into a page's window; all of it foreign, so all of it unknown. */
export interface ContainerWindow {
  readonly TidemarkAndroid?: unknown;
  readonly TidemarkHarmony?: unknown;
  readonly webkit?: { readonly messageHandlers?: { readonly tidemark?: unknown } };
  readonly ReactNativeWebView?: { readonly postMessage?: unknown };
  readonly flutter_inappwebview?: { readonly callHandler?: unknown };
  readonly TidemarkFlutter?: { readonly postMessage?: unknown };
  readonly __wxjs_environment?: unknown;
  readonly Capacitor?: { readonly isNativePlatform?: () => boolean };
}

/**
 * Which container the page runs in, by the object the container injects and never by the user agent: a shell without
 * our object is a shell that cannot take events.
 *
 * A bridge that is injected late is not there yet; ask again after a while.
 */
export function detectContainer(page: ContainerWindow): Container {
  if (page.webkit?.messageHandlers?.tidemark) return 'ios';
  if (page.TidemarkAndroid) return 'android';
  if (page.TidemarkHarmony) return 'harmony';
  if (typeof page.ReactNativeWebView?.postMessage === 'function') return 'react_native';
  if (typeof page.flutter_inappwebview?.callHandler === 'function') return 'flutter';
  if (typeof page.TidemarkFlutter?.postMessage === 'function') return 'flutter';
  if (page.Capacitor?.isNativePlatform?.() === true) return 'capacitor';
  if (page.__wxjs_environment === 'miniprogram') return 'wechat_mini_program';
  return 'browser';
}
