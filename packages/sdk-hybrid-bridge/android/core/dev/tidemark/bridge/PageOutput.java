package dev.tidemark.bridge;

/** The way from the host to one page. Called while the host works: it hands the text on and returns. */
public interface PageOutput {
  void say(String text);
}
