/** Where something was shown: a web page, or a native screen. */
export const SURFACES = ['h5', 'native'] as const;
export type Surface = (typeof SURFACES)[number];
