import { rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { shellText } from "./shell-text.mjs";

const root = join(import.meta.dirname, "..");

rmSync(join(root, "dist"), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: ["src/bin.ts", "src/index.ts"],
  outdir: "dist",
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  legalComments: "none",
  // yaml and jiti are CommonJS inside and ask for Node's own modules through `require`.
  banner: { js: 'import{createRequire as __cr}from"node:module";const require=__cr(import.meta.url);' },
  plugins: [
    {
      name: "shell-text",
      setup: ({ onLoad }) => onLoad({ filter: /\.sh$/ }, ({ path }) => ({ contents: shellText(path), loader: "text" })),
    },
  ],
});
