/** What a profile of the Numenta Anomaly Benchmark gives for a found window, and takes for a false alarm and a missed one. */
export interface NabProfile {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
}

export const NAB_PROFILE_NAMES = ['standard', 'lowFp', 'lowFn'] as const;
export type NabProfileName = (typeof NAB_PROFILE_NAMES)[number];

/** One number for each profile: a result, or a threshold. */
export type PerProfile = Readonly<Record<NabProfileName, number>>;

/** @see numenta/NAB v1.1, config/profiles.json (MIT). */
export const NAB_PROFILES: Readonly<Record<NabProfileName, NabProfile>> = {
  standard: { tp: 1, fp: 0.11, fn: 1 },
  lowFp: { tp: 1, fp: 0.22, fn: 1 },
  lowFn: { tp: 1, fp: 0.11, fn: 2 },
};
