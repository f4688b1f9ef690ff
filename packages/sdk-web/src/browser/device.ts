import type { DeviceInfo } from '@tidemark/protocol';

interface NetworkInformation {
  readonly effectiveType?: string;
}

/** What the browser tells by itself; coarse, and nothing that needs a permission. */
export function readDevice(): DeviceInfo {
  const { connection } = navigator as { readonly connection?: NetworkInformation }; // not in every browser, so not in the types
  return {
    screenWidth: screen.width,
    screenHeight: screen.height,
    locale: navigator.language,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...(connection?.effectiveType ? { networkType: connection.effectiveType } : {}),
  };
}
