package dev.tidemark.bridge.android;

import dev.tidemark.bridge.Page;
import dev.tidemark.bridge.PageOutput;

/** The channel of a WebView, from its first message until it is closed. */
public final class HostedPage {
  private final Tidemark tidemark;
  private final Runnable detach;
  /** Of the worker alone. */
  private Page page;

  /** @param detach takes the object out of the WebView; called on the caller's thread. */
  public HostedPage(Tidemark tidemark, PageOutput output, Runnable detach) {
    this.tidemark = tidemark;
    this.detach = detach;
    tidemark.later(host -> page = host.openPage(output));
  }

  /** @param origin as {@code https://shop.example}, or null when the container does not know. */
  public void receive(String origin, String text) {
    tidemark.later(host -> {
      if (page != null) page.receive(origin, text);
    });
  }

  Page opened() {
    return page;
  }

  /** Before the WebView is destroyed, on the main thread. */
  public void close() {
    detach.run();
    tidemark.later(host -> {
      if (page != null) page.close();
      page = null;
    });
  }
}
