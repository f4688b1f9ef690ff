package dev.tidemark.bridge.android;

import android.os.Handler;
import android.os.Looper;
import android.webkit.JavascriptInterface;
import android.webkit.WebView;
import dev.tidemark.bridge.Json;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Puts {@code TidemarkAndroid} into the pages of a WebView. Every frame in them sees it, and the platform does not tell which one
 * speaks: the origin that is checked is that of the page. Where frames of strangers lie in the page, take the listener of androidx.webkit.
 */
public final class JavascriptInterfacePage {
  private static final String NAME = "TidemarkAndroid";

  private final WebView webView;
  private final Handler main = new Handler(Looper.getMainLooper());
  private HostedPage page;

  private JavascriptInterfacePage(WebView webView) {
    this.webView = webView;
  }

  /** On the main thread, before the WebView loads its first page; with JavaScript enabled. */
  public static HostedPage attach(WebView webView, Tidemark tidemark) {
    JavascriptInterfacePage glue = new JavascriptInterfacePage(webView);
    glue.page = new HostedPage(tidemark, glue::say, glue::detach);
    webView.addJavascriptInterface(glue, NAME);
    return glue.page;
  }

  /** Called by the page, on a thread of the WebView's. The answer comes by {@code tidemarkBridge.receive}. */
  @JavascriptInterface
  public void postMessage(String text) {
    main.post(() -> page.receive(originOf(webView.getUrl()), text));
  }

  private void say(String text) {
    String script = "window.tidemarkBridge&&tidemarkBridge.receive(" + Json.write(text) + ")";
    main.post(() -> webView.evaluateJavascript(script, null));
  }

  private void detach() {
    webView.removeJavascriptInterface(NAME);
    main.removeCallbacksAndMessages(null);
  }

  /** As a browser writes it; a page without one may not speak. */
  static String originOf(String url) {
    try {
      URI address = new URI(url == null ? "" : url.split("[?#]", 2)[0]);
      if (address.getScheme() == null || address.getHost() == null) return "null";
      boolean isUsual = address.getPort() == -1 || address.getPort() == ("https".equals(address.getScheme()) ? 443 : 80);
      return address.getScheme() + "://" + address.getHost() + (isUsual ? "" : ":" + address.getPort());
    } catch (URISyntaxException noAddress) {
      return "null";
    }
  }
}
