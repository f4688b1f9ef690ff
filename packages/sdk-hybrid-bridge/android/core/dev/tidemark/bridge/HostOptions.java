package dev.tidemark.bridge;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** What the app says about itself. */
public final class HostOptions {
  public static final String SDK_VERSION = "0.1.0";

  final String appId;
  String release;
  Set<String> origins = Collections.emptySet();
  long maxChars;
  JsonObject device;

  public HostOptions(String appId) {
    this.appId = appId;
  }

  /** Version of the app. */
  public HostOptions release(String name) {
    release = name;
    return this;
  }

  /** Origins whose pages may speak, as {@code https://shop.example}: nobody else, where the container tells the origin. */
  public HostOptions origins(Collection<String> allowed) {
    origins = new HashSet<>(allowed);
    return this;
  }

  /** The longest message that the container carries, UTF-16 units; 0 for any. */
  public HostOptions maxChars(long units) {
    maxChars = units;
    return this;
  }

  /** {@code screenWidth}, {@code screenHeight}, {@code locale}, {@code timeZone}, {@code networkType}, as far as known. */
  public HostOptions device(JsonObject description) {
    device = description;
    return this;
  }
}
