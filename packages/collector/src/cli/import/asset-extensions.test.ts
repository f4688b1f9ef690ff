import { expect, it } from 'vitest';
import { isAssetPath } from './asset-extensions.js';

it.each([
  '/style.css',
  '/IMAGES/LOGO.PNG',
  '/a.b/jquery.min.js',
  '//favicon.ico',
  '/robots.txt',
  '/blog/index.xml',
  '/files/tool-1.0.tar.gz',
])('%s is an asset', (path) => expect(isAssetPath(path)).toBe(true));

it.each([
  '/',
  '',
  '*',
  '/blog',
  '/projects/xdotool/',
  '/index.html',
  '/xdotool.xhtml',
  '/wp-login.php',
  '/scripts/wrap.py',
  '/style.css/',
  '/v1.png/view',
  '/.htaccess',
  '/trailing.',
  '/style.css%20',
  '/png',
])('%s is a page', (path) => expect(isAssetPath(path)).toBe(false));
