/**
 * The one list of what is no page: a request whose path ends in one of these is an asset, whatever its answer.
 * Everything else is a page: no extension, `html`, `xhtml`, `php`, `aspx`, and source code too (`py`, `c`, `sh`,
 * `conf`, `log`), because a person opens it in the browser and reads it.
 */
const ASSET_EXTENSIONS: ReadonlySet<string> = new Set(
  [
    // Fetched by a page to draw itself: styles, scripts, their maps, style sheets of XML, Flash.
    'css js mjs map wasm xsl xslt swf',
    // Images, favicons included: browsers ask for them unasked.
    'png jpg jpeg gif svg ico cur webp avif bmp tif tiff',
    // Fonts.
    'woff woff2 ttf otf eot',
    // Sound and film: played inside a page, and asked for in many ranges (`ts` is a piece of a film far more often than TypeScript).
    'mp3 m4a wav oga ogg flac mp4 m4v webm ogv avi mov wmv flv m3u8 ts vtt',
    // Documents: they open in a program of their own, where nothing tells what was read.
    'pdf ps doc docx xls xlsx ppt pptx odt ods odp rtf csv epub',
    // Archives, packages, programs, disk images: downloads.
    'zip gz bz2 xz tar tgz tbz2 rar 7z jar war gem whl deb rpm apk ipa exe msi dmg iso bin pyc',
    // Read by machines: feeds, site maps, robots.txt, data, manifests.
    'xml rss atom rdf json jsonp txt webmanifest appcache',
  ].flatMap((group) => group.split(' ')),
);

/**
 * Whether a path names an asset. The extension is what follows the last dot of the last segment, in lower case;
 * escapes (`%20`) are not decoded.
 *
 * @param path - without the query.
 */
export function isAssetPath(path: string): boolean {
  const segment = path.slice(path.lastIndexOf('/') + 1);
  const dot = segment.lastIndexOf('.');
  return dot !== -1 && ASSET_EXTENSIONS.has(segment.slice(dot + 1).toLowerCase());
}
