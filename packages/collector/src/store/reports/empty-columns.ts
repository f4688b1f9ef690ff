const text = (column: string) => [column, `${column} = ''`] as const;
const id = (column: string) => [column, `${column} = toUUID('00000000-0000-0000-0000-000000000000')`] as const;
const figure = (column: string) => [column, `${column} = 0`] as const;

/** Columns whose share of empty values is watched, and when a value of each is empty: those that an app or its SDK may leave out. */
export const EMPTY_COLUMNS: readonly (readonly [column: string, isEmpty: string])[] = [
  text('release'),
  text('user_id'),
  text('account_id'),
  text('user_agent'),
  text('country'),
  text('locale'),
  text('time_zone'),
  text('network_type'),
  text('name'),
  text('page'),
  id('view_id'),
  text('url'),
  text('title'),
  text('referrer'),
  text('template'),
  text('from_page'),
  figure('dwell_ms'),
  figure('value'),
  figure('amount'),
  text('currency'),
  text('order_id'),
  text('product_id'),
  figure('shares'),
  figure('price'),
  text('message'),
];
