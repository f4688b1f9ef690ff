package dev.tidemark.bridge;

/** A text is no JSON, or nests deeper than its reader allows. */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1L;

  JsonException(String message) {
    super(message);
  }
}
