package dev.tidemark.bridge;

/** A moment of the logical clock: milliseconds, and a count that orders what falls into one of them. */
public final class Stamp {
  public static final Stamp ZERO = new Stamp(0, 0);
  public static final int COUNT_MAX = 65535;

  public final long ms;
  public final int count;

  public Stamp(long ms, int count) {
    this.ms = ms;
    this.count = count;
  }

  /** @return null when it is no stamp within the bounds of all device clocks. */
  public static Stamp of(Object value) {
    if (!(value instanceof JsonArray) || ((JsonArray) value).size() != 2) return null;
    Long ms = Json.integer(((JsonArray) value).get(0));
    Long count = Json.integer(((JsonArray) value).get(1));
    boolean isStamp = Fields.isTime(ms) && count != null && count >= 0 && count <= COUNT_MAX;
    return isStamp ? new Stamp(ms, count.intValue()) : null;
  }

  public boolean isBefore(Stamp other) {
    return ms < other.ms || (ms == other.ms && count < other.count);
  }

  public JsonArray toJson() {
    return JsonArray.of(ms, (long) count);
  }
}
