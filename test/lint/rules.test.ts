import { expect, test } from "vitest";
import { exampleWorkflow } from "../../src/lint/examples.ts";
import { rules } from "../../src/lint/rules/index.ts";
import { findings } from "../support/lint.ts";

const ids = rules.map(({ id }) => id);

test("rules: every id is there once, in kebab-case", () => {
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^(?:workflow|policy|pipeline)\/[a-z0-9]+(?:-[a-z0-9]+)*$/);
});

for (const rule of rules) {
  const besides: readonly string[] = rule.examples.besides ?? [];
  const found = async (which: "bad" | "good") =>
    (await findings(exampleWorkflow(rule, which))).filter(({ code }) => !besides.includes(code));

  test(`${rule.id}: its bad example has this finding, and no other`, async () => {
    const codes = (await found("bad")).map(({ code }) => code);
    expect(codes).toEqual(codes.map(() => rule.id));
    expect(codes.length).toBeGreaterThan(0);
  });

  test(`${rule.id}: its good example has no finding`, async () => {
    expect(await found("good")).toEqual([]);
  });

  test(`${rule.id}: its texts are sentences of their kind`, () => {
    expect(rule.summary).toMatch(/^[A-Z`].*\.$/s);
    expect(rule.why).toMatch(/^[A-Z`].*\.$/s);
    expect(rule.hint).toMatch(/^[a-z`].*[^.]$/s);
  });
}
