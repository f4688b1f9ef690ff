package dev.tidemark.bridge.android;

/** What a native screen is called in reports, and the page that lies in it. */
public final class Screen {
  final String name;
  final String template;
  final HostedPage page;

  /**
   * @param template the kind of screen that several share, or null.
   * @param page null where the screen has no WebView.
   */
  public Screen(String name, String template, HostedPage page) {
    this.name = name;
    this.template = template;
    this.page = page;
  }
}
