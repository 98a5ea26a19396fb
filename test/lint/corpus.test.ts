import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { rules } from "../../src/lint/rules/index.ts";
import { findings } from "../support/lint.ts";

const corpus = join(import.meta.dirname, "corpus");
const names = (folder: string): readonly string[] => readdirSync(join(corpus, folder)).sort();

/** `# finds workflow/unknown-key at 12`, one such line a finding, at the beginning of the file. */
const EXPECTED = /^# finds (?<code>\S+) at (?<line>\d+)$/gm;

test.for(names("bad"))("corpus: %s has the one mistake it is about, and it is found at its line", async name => {
  const text = readFileSync(join(corpus, "bad", name), "utf8");
  const expected = [...text.matchAll(EXPECTED)].map(({ groups }) => `${groups?.line} ${groups?.code}`);
  expect(expected.length, "the file says what is to be found").toBeGreaterThan(0);
  const found = await findings(text, name);
  expect(found.map(({ line, code }) => `${line} ${code}`)).toEqual(expected);
});

test.for(names("good"))("corpus: %s is correct", async name => {
  expect(await findings(readFileSync(join(corpus, "good", name), "utf8"), name)).toEqual([]);
});

test("corpus: every rule has a file that breaks it", () => {
  const told = names("bad").map(name => readFileSync(join(corpus, "bad", name), "utf8"));
  const codes = new Set(told.flatMap(text => [...text.matchAll(EXPECTED)].map(({ groups }) => groups?.code)));
  expect(rules.map(({ id }) => id).filter(id => !codes.has(id))).toEqual([]);
  expect([...codes].filter(code => !rules.some(({ id }) => id === code))).toEqual([]);
});
