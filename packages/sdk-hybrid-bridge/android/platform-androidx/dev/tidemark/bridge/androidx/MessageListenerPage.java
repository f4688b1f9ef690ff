package dev.tidemark.bridge.androidx;

import android.net.Uri;
import android.os.Handler;
import android.os.Looper;
import android.webkit.WebView;
import androidx.webkit.JavaScriptReplyProxy;
import androidx.webkit.WebMessageCompat;
import androidx.webkit.WebViewCompat;
import androidx.webkit.WebViewFeature;
import dev.tidemark.bridge.android.HostedPage;
import dev.tidemark.bridge.android.JavascriptInterfacePage;
import dev.tidemark.bridge.android.Tidemark;
import java.util.Set;

/** As {@link JavascriptInterfacePage}, by androidx.webkit: only frames of the given origins see the object, and each says its own. */
public final class MessageListenerPage implements WebViewCompat.WebMessageListener {
  private static final String NAME = "TidemarkAndroid";

  private final Handler main = new Handler(Looper.getMainLooper());
  private HostedPage page;
  /** To the frame that spoke last; of the main thread alone. */
  private JavaScriptReplyProxy reply;

  private MessageListenerPage() {
  }

  /** @param origins as in HostOptions. Where the WebView is too old for listeners: by addJavascriptInterface. */
  public static HostedPage attach(WebView webView, Tidemark tidemark, Set<String> origins) {
    if (!WebViewFeature.isFeatureSupported(WebViewFeature.WEB_MESSAGE_LISTENER)) {
      return JavascriptInterfacePage.attach(webView, tidemark);
    }
    MessageListenerPage glue = new MessageListenerPage();
    glue.page = new HostedPage(tidemark, glue::say, () -> WebViewCompat.removeWebMessageListener(webView, NAME));
    WebViewCompat.addWebMessageListener(webView, NAME, origins, glue);
    return glue.page;
  }

  /** A frame of a page is no page of its own here: one channel is one document. */
  @Override
  public void onPostMessage(WebView view, WebMessageCompat message, Uri sourceOrigin, boolean isMainFrame, JavaScriptReplyProxy replyProxy) {
    if (!isMainFrame) return;
    reply = replyProxy;
    page.receive(sourceOrigin.toString(), message.getData());
  }

  private void say(String text) {
    main.post(() -> reply.postMessage(text));
  }
}
