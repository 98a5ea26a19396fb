import { expect, test } from "vitest";
import { runScript } from "../support/shell.js";

const summary = (files: Record<string, string>, env: Record<string, string> = {}) =>
  runScript("train-summary", {
    env: { METRICS_FILE: "m.json", VALIDATION_REPORT: "v.json", FRESHNESS_REPORT: "f.json", ...env },
    files,
  });

test("train-summary: metrics, validation with its checks and freshness are shown", async () => {
  const result = await summary({
    "m.json": JSON.stringify({
      auc: 0.81,
      test: { brier: 0.1, ok: false },
      curve: [[0, 1]],
      none: null,
      "a|b": "<x>\n",
    }),
    "v.json": JSON.stringify({
      status: "passed",
      checks: [
        { name: "auc", status: "passed" },
        { name: "n", status: null },
      ],
    }),
    "f.json": JSON.stringify({ status: "fresh", hours_since_ingestion: 1.5 }),
  });
  expect(result).toMatchObject({ exitCode: 0, log: "" });
  expect(result.summary).toBe(
    `### Metrics

| Metric | Value |
| ---: | ---: |
| auc | 0.81 |
| test.brier | 0.1 |
| test.ok | false |
| a\\|b | &lt;x>  |

### Validation

Status: **passed**

| Check | Status |
| --- | --- |
| auc | passed |
| n | null |

### Data freshness

Status: **fresh**, 1.5 hours old

`.replace("| ---: | ---: |", "| --- | ---: |"),
  );
});

test.each([
  ['"hours_since_snapshot": 2.34', "2.3"],
  ['"hours_since_ingestion": 0.0002', "0"],
])("train-summary: the age %s is shown with one decimal", async (age, shown) => {
  const result = await summary({ "f.json": `{"status": "fresh", ${age}}` });
  expect(result.summary).toContain(`Status: **fresh**, ${shown} hours old\n`);
});

test("train-summary: the older name of the age is read, and checks may be absent", async () => {
  const result = await summary({ "m.json": "{}", "v.json": "{}", "f.json": '{"status": "stale", "age_hours": "50"}' });
  expect(result.exitCode).toBe(0);
  expect(result.summary).toContain("Status: **stale**, 50 hours old");
  expect(result.summary).toContain("### Validation\n\nStatus: **absent**\n");
});

test("train-summary: absent files are said to be absent", async () => {
  const result = await summary({ "f.json": '{"status": "fresh"}' });
  expect(result.exitCode).toBe(0);
  expect(result.summary).toContain("### Metrics\n\n`m.json` does not exist.");
  expect(result.summary).toContain("Status: **fresh**\n");
});

test.each(["", "not json", "[1]", '{"checks": [1], "status"'])(
  "train-summary: %j is said to be malformed",
  async text => {
    const result = await summary({ "m.json": text, "v.json": text, "f.json": text });
    expect(result).toMatchObject({ exitCode: 0, log: "" });
    expect(result.summary.match(/is not the JSON that was expected/g)).toHaveLength(3);
  },
);

test("train-summary: files that are not asked for have no section", async () => {
  const result = await summary({}, { METRICS_FILE: "", VALIDATION_REPORT: "", FRESHNESS_REPORT: "" });
  expect(result).toMatchObject({ exitCode: 0, summary: "" });
});
