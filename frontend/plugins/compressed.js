// Lays a gzip copy beside every script and stylesheet; the site sends it to browsers that accept it.
import { gzipSync } from "node:zlib";

export function compressed() {
  return {
    name: "compressed",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      for (const [fileName, file] of Object.entries(bundle)) {
        if (!/\.(js|css)$/.test(fileName)) continue;
        const source = gzipSync(file.code ?? file.source, { level: 9 });
        this.emitFile({ type: "asset", fileName: `${fileName}.gz`, source });
      }
    },
  };
}
