// Drops the media queries that only Internet Explorer understands: the minifier rightly refuses them.
export function withoutOldBrowsers() {
  return {
    postcssPlugin: "without-old-browsers",
    AtRule: {
      media(rule) {
        if (/\(min-width: 0[^\w.)]/.test(rule.params)) rule.remove();
      },
    },
  };
}
