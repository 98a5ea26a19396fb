import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { languageServiceTestPlugin } from "./scripts/language-service.mjs";
import { shellTextPlugin } from "./scripts/shell-text.mjs";

/** These packages name source maps but publish no sources, of which Vite warns file by file. */
const withoutSourceMaps = {
  name: "without-source-maps",
  load: (id: string) =>
    /\/node_modules\/@actions\/.*\.js$/.test(id)
      ? readFileSync(id, "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, "")
      : undefined,
};

export default defineConfig({
  plugins: [shellTextPlugin, languageServiceTestPlugin, withoutSourceMaps],
  // A config of a test means the sources, as for the compiler; without this it would mean dist.
  resolve: { alias: [{ find: /^creditrisk-ci$/, replacement: join(import.meta.dirname, "src/index.ts") }] },
  test: {
    include: ["test/**/*.test.ts"],
    // Generous: two cores share linters, DVC and packed installs.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Most tests wait for processes they have started: two files at once, and two drills at once in each, keep two cores busy.
    maxWorkers: 2,
    maxConcurrency: 2,
    // Plain Node cannot import these packages: they import JSON without an attribute (actions/languageservices#387).
    server: { deps: { inline: [/@actions\//] } },
  },
});
