import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { languageServicePlugin } from "../../scripts/language-service.mjs";

const root = join(import.meta.dirname, "../..");

type Check = (text: string, uri: string) => Promise<unknown>;

/** The service in a module of its own, with our changes or without. */
const service = async (folder: string, changed: boolean): Promise<Check> => {
  const outfile = join(folder, `${changed ? "changed" : "original"}.mjs`);
  await build({
    stdin: {
      contents: `import { validate } from "@actions/languageservice/validate";
import { TextDocument } from "vscode-languageserver-textdocument";
export const check = (text, uri) => validate(TextDocument.create(uri, "yaml", 1, text));`,
      resolveDir: root,
    },
    absWorkingDir: root,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    outfile,
    alias: { yaml: join(root, "node_modules/yaml/browser/dist/index.js") },
    plugins: changed ? [languageServicePlugin] : [],
  });
  return (await import(outfile)).check;
};

/** Workflows of the corpus, so many that every kind is among them, and one set that is generated. */
const workflows = ["test/lint/corpus/bad", "test/lint/corpus/good", ".github/workflows"].flatMap(folder =>
  readdirSync(join(root, folder))
    .filter((_, index) => folder.startsWith(".github") || index % 4 === 0)
    .map(name => readFileSync(join(root, folder, name), "utf8")),
);

test("language service: made faster, it finds what it found", async () => {
  const folder = mkdtempSync(join(tmpdir(), "service-"));
  try {
    const [original, changed] = await Promise.all([service(folder, false), service(folder, true)]);
    let findings = 0;
    for (const [index, text] of workflows.entries()) {
      const uri = `file:///${index}/.github/workflows/x.yaml`;
      const expected = await original(text, uri);
      expect(await changed(text, uri)).toEqual(expected);
      findings += (expected as readonly unknown[]).length;
    }
    expect(findings).toBeGreaterThan(20);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
