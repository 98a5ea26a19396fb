import fc from "fast-check";
import { expect, test } from "vitest";
import { parseConfig } from "../../src/config/parse.ts";
import { examine } from "../../src/doctor/examine.ts";
import { applied } from "../../src/doctor/fix.ts";
import { config as anyConfig } from "../support/arbitrary.ts";
import { repositoryOf } from "../support/contents.ts";
import { laidOver } from "./sound-repository.ts";

const sound = laidOver();
const { "pipeline.config.yaml": _, ...rest } = sound;
const names = Object.keys(rest);

const findingsOf = async (config: unknown, files: Readonly<Record<string, string>>) => {
  const parsed = parseConfig(config, {
    configFile: "pipeline.config.ts",
    lockFile: "pipeline.lock.json",
    position: () => undefined,
  });
  if (!parsed.ok) return [];
  return examine({
    pipelines: parsed.value,
    repository: repositoryOf(files),
    configFile: "pipeline.config.ts",
    config,
    locate: () => undefined,
  });
};

test("property: doctor: whatever the config says, each finding is a sentence with a mend", async () => {
  await fc.assert(
    fc.asyncProperty(anyConfig, async config => {
      for (const { diagnostic } of await findingsOf(config, rest)) {
        expect(diagnostic.message).toMatch(/\S[^.\s]$/s);
        expect(diagnostic.hint).toMatch(/\S/);
        expect(diagnostic.file).toBeDefined();
      }
    }),
    { numRuns: 300 },
  );
}, 120_000);

/** One file of the repository lost, cut, doubled, or with a stretch of it replaced by what no format expects. */
const damage = fc.record({
  name: fc.constantFrom(...names),
  at: fc.nat(400),
  length: fc.nat(60),
  put: fc.constantFrom(
    "",
    "\n",
    "{",
    "]",
    "$\u007bx}",
    "\0",
    "é",
    "  - ",
    '"""',
    "*a",
    "&a ",
    "\t",
    ": ",
    "%{",
    "\ud800",
  ),
});

test("property: doctor: whatever has become of the files, the rest is still looked at, and what is mended stays mended", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async damages => {
      const files: Record<string, string> = { ...rest };
      for (const { name, at, length, put } of damages) {
        const text = files[name] ?? "";
        files[name] = text.slice(0, at) + put + text.slice(at + length);
      }
      const config = {
        name: "demo",
        images: [{ name: "api", dockerfile: "Dockerfile" }],
        nightly: { cron: "0 6 * * *" },
        freshness: { command: "python -m demo.freshness" },
        promote: { command: "python -m demo.promote --stage Production" },
      };
      const findings = await findingsOf(config, files);
      expect(findings.map(({ diagnostic }) => diagnostic.code)).toContain("repository/top-of-hour");
      const fixes = findings.flatMap(({ fix }) => fix ?? []);
      const { files: mended } = applied(fixes, file => files[file]);
      for (const [file, text] of mended) expect(text).not.toBe(files[file]);
    }),
    { numRuns: 400 },
  );
}, 240_000);
