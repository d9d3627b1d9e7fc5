// Builds the stylesheet and the small script of the pages into web/static/dist.
import { defineConfig } from "vite";

import { compressed } from "./plugins/compressed.js";
import { logicalProperties } from "./plugins/logical-properties.js";
import { withoutOldBrowsers } from "./plugins/without-old-browsers.js";

export default defineConfig({
  base: "/assets/dist/",
  publicDir: false,
  css: { postcss: { plugins: [withoutOldBrowsers(), logicalProperties()] } },
  plugins: [compressed()],
  build: {
    outDir: "../web/static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the content security policy allows no data: address for fonts or styles
    rollupOptions: { input: { pages: "source/pages.js" } },
  },
});
