import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checksPage, rulesPage, withGeneratedParts } from "../scripts/docs.mjs";
import { initialLock, lockText } from "../src/actions/lock.ts";
import { repository } from "./support/repo.ts";

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");

/** The fenced blocks in one language, without those the generator writes. */
const blocks = (language: string): readonly string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))].map(([, text = ""]) => text);

const configs = blocks("ts").map((text, index) => [`config ${index + 1}`, "pipeline.config.ts", text] as const);
const yamlConfigs = blocks("yaml")
  .filter(text => text.startsWith("# yaml-language-server"))
  .map((text, index) => [`YAML config ${index + 1}`, "pipeline.config.yaml", text] as const);

test("the README says what the sources say (`npm run docs` mends it)", async () => {
  expect(await withGeneratedParts(readme)).toBe(readme);
});

test("docs/rules.md says what the rules say (`npm run docs` mends it)", async () => {
  expect(await rulesPage()).toBe(readFileSync(join(import.meta.dirname, "../docs/rules.md"), "utf8"));
});

test("docs/checks.md says what the checks say (`npm run docs` mends it)", async () => {
  expect(await checksPage()).toBe(readFileSync(join(import.meta.dirname, "../docs/checks.md"), "utf8"));
});

test("the README shows configs in TypeScript and in YAML", () => {
  expect(configs.length).toBeGreaterThan(5);
  expect(yamlConfigs).toHaveLength(1);
});

test.each([...configs, ...yamlConfigs])(
  "%s of the README generates workflows that check finds up to date",
  async (_name, file, text) => {
    const repo = repository({ [file]: text });
    const generated = await repo.cli("generate");
    expect(generated.stdout + generated.stderr).not.toMatch(/: (?:error|warning): /);
    expect(generated.code).toBe(0);
    expect((await repo.cli("check")).code).toBe(0);
  },
);

test("every link of the README leads somewhere", () => {
  const anchors = [...readme.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .trim()
      .replace(/\s/g, "-"),
  );
  const links = [...readme.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, target = ""]) => target);
  expect(links.length).toBeGreaterThan(5);
  for (const link of links)
    if (link.startsWith("#")) expect(anchors).toContain(link.slice(1));
    else expect(readFileSync(join(import.meta.dirname, "..", link), "utf8")).not.toBe("");
});

test("the pattern for Renovate finds every pin of a lock file", () => {
  const [renovate] = blocks("json").filter(text => text.includes("customManagers"));
  const { customManagers } = JSON.parse(renovate as string);
  const lock = initialLock("1.2.3");
  const found = [...lockText(lock).matchAll(new RegExp(customManagers[0].matchStrings[0], "g"))].map(({ groups }) => ({
    action: groups?.depName,
    version: groups?.currentValue,
    sha: groups?.currentDigest,
  }));
  expect(found).toEqual(lock.actions);
});

test("a bot's bump is taken as the README says: one line of the lock file, then generate --force", async () => {
  const repo = repository({ "pipeline.config.ts": configs[0]?.[2] as string });
  await repo.cli("generate");
  const { sha, version } = initialLock("1.2.3").actions.find(({ action }) => action === "actions/checkout") as {
    sha: string;
    version: string;
  };
  const bump = (text: string) => text.replaceAll(sha, "f".repeat(40)).replaceAll(`# ${version}`, "# v7.9.9");
  for (const name of ["ci", "cd", "nightly"]) repo.edit(`.github/workflows/${name}.yaml`, bump);
  const drifted = await repo.cli("check");
  expect(drifted.stdout).toContain("pins-only");
  expect(drifted.stdout).toContain(`actions/checkout v7.9.9 ${"f".repeat(40)}`);
  repo.edit("pipeline.lock.json", text => text.replace(sha, "f".repeat(40)).replace(version, "v7.9.9"));
  expect((await repo.cli("generate", "--force")).code).toBe(0);
  expect((await repo.cli("check")).code).toBe(0);
});
