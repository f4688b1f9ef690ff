/** What the app's own screens say of the shop's funds: a teaser, no catalogue. */
export interface Teaser {
  readonly id: string;
  readonly name: string;
  readonly line: string;
}

export const TEASERS: readonly Teaser[] = [
  { id: 'P7', name: 'Ebb 7', line: 'Overnight repo and cash, 7 days' },
  { id: 'P30', name: 'Harbour 30', line: 'Bank acceptance bills, 30 days' },
  { id: 'P90', name: 'Meridian 90', line: 'High-grade short bonds, 90 days' },
];
