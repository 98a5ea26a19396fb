import { expect, test } from "vitest";
import { checks } from "../../src/doctor/checks/index.ts";
import { applied } from "../../src/doctor/fix.ts";
import { examineExample } from "./examination.ts";
import { laidOver } from "./sound-repository.ts";

const ids = checks.map(({ id }) => id);

test("checks: every id is there once, in kebab-case", () => {
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^repository\/[a-z0-9]+(?:-[a-z0-9]+)*$/);
});

test("checks: a repository in which everything fits has no finding", async () => {
  expect((await examineExample({})).map(({ diagnostic }) => diagnostic)).toEqual([]);
});

for (const check of checks.filter(({ examples }) => examples.isOfTheMachine !== true)) {
  const besides: readonly string[] = check.examples.besides ?? [];
  const found = async (which: "bad" | "good") =>
    (await examineExample(check.examples[which])).filter(({ diagnostic }) => !besides.includes(diagnostic.code));

  test(`${check.id}: its bad example has this finding, and no other`, async () => {
    const findings = await found("bad");
    expect(findings.map(({ diagnostic }) => diagnostic)).toEqual(
      findings.map(({ diagnostic }) => expect.objectContaining({ ...diagnostic, code: check.id })),
    );
    expect(findings.length).toBeGreaterThan(0);
  });

  test(`${check.id}: its good example has no finding`, async () => {
    expect((await found("good")).map(({ diagnostic }) => diagnostic)).toEqual([]);
  });

  test(`${check.id}: its texts are sentences of their kind`, async () => {
    expect(check.summary).toMatch(/^[A-Z`].*\.$/s);
    expect(check.why).toMatch(/^[A-Z`].*\.$/s);
    expect(check.hint).toMatch(/^[a-z`].*[^.]$/s);
    for (const { diagnostic, fix } of await found("bad")) {
      expect(diagnostic.message).toMatch(/^\S.*[^.\s]$/s);
      expect(diagnostic.hint).toMatch(/^\S.*[^.\s]$/s);
      if (fix) expect(fix.title).toMatch(/^[a-z`].*[^.]$/s);
    }
  });

  test(`${check.id}: what mends its bad example leaves nothing to mend`, async () => {
    const findings = await found("bad");
    const fixes = findings.flatMap(({ fix }) => fix ?? []);
    if (fixes.length === 0) return;
    const before = laidOver(check.examples.bad);
    const { files, skipped } = applied(fixes, path => before[path]);
    expect(skipped).toEqual([]);
    const after = { ...check.examples.bad, ...Object.fromEntries(files) };
    const left = (await examineExample(after)).filter(({ diagnostic }) => diagnostic.code === check.id);
    expect(left.filter(({ fix }) => fix !== undefined)).toEqual([]);
  });
}
