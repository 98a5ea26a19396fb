import { expect, test } from "vitest";
import { runScript } from "../support/shell.ts";

const evidence = "reports/registry_transition.json";
const run = (text?: string) =>
  runScript("promotion-evidence", {
    env: { EVIDENCE: evidence },
    files: text === undefined ? {} : { [evidence]: text },
  });

test("promotion-evidence: the scalar fields of the evidence are in the summary", async () => {
  const result = await run(
    JSON.stringify({
      model_name: "creditrisk",
      version: 4,
      archived: false,
      note: null,
      stage: "a|b\nc",
      metrics: { roc_auc: 0.7 },
      tags: ["x"],
    }),
  );
  expect(result.exitCode).toBe(0);
  expect(result.summary.split("\n")).toEqual([
    "### Promoted",
    "",
    "| Field | Value |",
    "| --- | --- |",
    "| model_name | creditrisk |",
    "| version | 4 |",
    "| archived | false |",
    "| note | null |",
    "| stage | a\\|b c |",
    "",
  ]);
});

test.for<[string, string | undefined]>([
  ["no file", undefined],
  ["an empty file", ""],
  ["a file that is not JSON", "promoted"],
  ["null", "null"],
  ["an empty object", "{}"],
  ["a list", '["promoted"]'],
  ["a log of several objects", '{"version": 1}\n{"version": 2}'],
])("promotion-evidence: %s is a refused promotion", async ([, text]) => {
  const result = await run(text);
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain(
    `::error title=Not promoted::The promotion command ended with 0 but left no evidence in ${evidence}: it refused.`,
  );
  expect(result.summary).toMatch(/^\*\*Not promoted\.\*\* The promotion command ended with 0/);
});
