import { type DeviceInfo, LIMITS } from '@tidemark/protocol';
import { bare } from './bare.js';

interface NetworkInformation {
  readonly effectiveType?: string;
}

/** Of the `Temporal` that browsers have had since 2025, and TypeScript's library has not. */
interface TimeZones {
  readonly Now?: { timeZoneId?(): string };
}

/**
 * What the browser tells by itself; coarse, and nothing that needs a permission. What it does not tell is left out. The
 * first call may take tens of milliseconds where there is no `Temporal`: the browser loads all that it knows of formats.
 */
export function readDevice(): DeviceInfo {
  // Neither is in every browser, so not in the types.
  const network = (navigator as { readonly connection?: NetworkInformation }).connection?.effectiveType;
  const zone = (globalThis as { readonly Temporal?: TimeZones }).Temporal?.Now?.timeZoneId?.();
  const device: Record<keyof DeviceInfo, string | number | boolean | undefined> = {
    screenWidth: pixels(screen.width),
    screenHeight: pixels(screen.height),
    locale: name(navigator.language),
    timeZone: name(zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone),
    networkType: name(network),
    webdriver: navigator.webdriver || undefined,
  };
  return bare(device) as DeviceInfo; // as JSON, which knows no undefined
}

function pixels(value: number): number | undefined {
  return value >= 0 && value <= 65_535 ? Math.round(value) : undefined;
}

function name(value: string | undefined): string | undefined {
  return value?.slice(0, LIMITS.nameLength) || undefined;
}
