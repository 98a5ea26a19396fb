import { defineConfig } from "vitest/config";
import { shellTextPlugin } from "./scripts/shell-text.mjs";

export default defineConfig({
  plugins: [shellTextPlugin],
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    // Plain Node cannot import these packages: they import JSON without an attribute (actions/languageservices#387).
    server: { deps: { inline: [/@actions\//] } },
  },
});
