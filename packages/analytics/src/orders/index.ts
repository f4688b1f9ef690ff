export type { BookOrder, Execution } from './book/book-order.js';
export type { Market, OrderOutcome, OrderRefusal, PlacedOrder, ProductRules } from './book/create-market.js';
export { createMarket } from './book/create-market.js';
export type { OrderBook, PlaceOutcome, PlaceRefusal } from './book/create-order-book.js';
export { createOrderBook } from './book/create-order-book.js';
export type { HoldingRefusal, Holdings, Lot, Realised } from './book/holdings.js';
export { createHoldings } from './book/holdings.js';
export type { OrderPriority } from './book/priority.js';
export { ORDER_PRIORITIES } from './book/priority.js';
export type { MarketAction, MarketReplay } from './book/replay-orders.js';
export { replayOrders } from './book/replay-orders.js';
export type { Holiday } from './calendar/holiday-calendar.js';
export { holidayCalendar } from './calendar/holiday-calendar.js';
export type { LocalDay, LocalTime } from './calendar/local-day.js';
export { addDays, isLocalDay } from './calendar/local-day.js';
export type { MarketHours, TradingSession } from './calendar/market-hours.js';
export { marketHours } from './calendar/market-hours.js';
export type { TradingClock, TradingRules } from './calendar/trading-clock.js';
export { createTradingClock, DEFAULT_CUT_OFF_MS_OF_DAY, DEFAULT_TIME_ZONE } from './calendar/trading-clock.js';
export type { DayKind, DayOutcome, WorkingCalendar } from './calendar/working-calendar.js';
export { workingDayAfter, workingDayFrom } from './calendar/working-calendar.js';
export type { OrderDescription, OrderProblem } from './describe-order.js';
export { describeOrder } from './describe-order.js';
export type { EventRefusal, OrderEvent, PageOrder } from './order-event.js';
export { refuseEvent } from './order-event.js';
export type { OrderState } from './order-state.js';
export { applyOrderEvent, emptyOrder } from './order-state.js';
export type { DayRefusal, ProductDay, ProductDays, SideFigures, WaitFigures } from './product-days.js';
export { productDays } from './product-days.js';
export {
  type OrderMoment,
  PRODUCT_SEGMENTS,
  type ProductSegment,
  type SegmentedProduct,
  segmentProducts,
} from './product-segments.js';
export type { RefusedEvent, TrackedOrders } from './track-orders.js';
export { trackOrders } from './track-orders.js';
export type { TradedOrder } from './traded-order.js';
export { tradedFromEvents, tradedFromReplay } from './traded-order.js';
