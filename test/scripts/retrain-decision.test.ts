import { expect, test } from "vitest";
import { runScript } from "../support/shell.js";

const decide = (files: Record<string, string>, env: Record<string, string> = {}) =>
  runScript("retrain-decision", { env: { TRIGGER: "t.json", REPORT: "r.json", THRESHOLD: "0.3", ...env }, files });
const evidently = (share: unknown) =>
  JSON.stringify({
    metrics: [
      { metric: "DataDriftTable", result: { share_of_drifted_columns: 0.99 } },
      { metric: "DatasetDriftMetric", result: { share_of_drifted_columns: share } },
    ],
  });

test.each([
  ["the trigger says so", { "t.json": '{"triggered": true}' }, "true", "not reported"],
  ["the trigger says no", { "t.json": '{"triggered": false}' }, "false", "not reported"],
  ["the trigger says so in words", { "t.json": '{"triggered": "true"}' }, "false", "not reported"],
  ["the share is below", { "t.json": '{"share_drifted_columns": 0.29}' }, "false", "0.29"],
  ["the share reaches the threshold", { "t.json": '{"share_drifted_columns": 0.3}' }, "true", "0.3"],
  ["the share is a text", { "t.json": '{"share_drifted_columns": "0.5"}' }, "true", "0.5"],
  ["the share is a word", { "t.json": '{"share_drifted_columns": "n/a"}' }, "false", "not reported"],
  ["the share is null", { "t.json": '{"triggered": false, "share_drifted_columns": null}' }, "false", "not reported"],
  ["the share has its other name", { "t.json": '{"share_of_drifted_columns": 0.4}' }, "true", "0.4"],
  ["the share is in the summary", { "t.json": '{"summary": {"share_drifted_columns": 0.4}}' }, "true", "0.4"],
  ["the report has the share", { "r.json": evidently(0.35) }, "true", "0.35"],
  ["the report's share is null", { "r.json": evidently(null) }, "false", "not reported"],
  ["the report's share is a text", { "r.json": evidently("0.1") }, "false", "0.1"],
  ["the report has a summary", { "r.json": '{"summary": {"share_of_drifted_columns": 0.3}}' }, "true", "0.3"],
  ["the report has it at the top", { "r.json": '{"share_of_drifted_columns": 0.3, "metrics": {}}' }, "true", "0.3"],
  [
    "the greater of two shares counts",
    { "t.json": '{"triggered": false, "share_drifted_columns": 0.1}', "r.json": evidently(0.6) },
    "true",
    "0.6",
  ],
])("retrain-decision: %s", async (_name, files, retrain, share) => {
  const result = await decide(files as Record<string, string>);
  expect(result).toMatchObject({ exitCode: 0, outputs: { retrain }, log: "" });
  expect(Object.keys(result.outputs)).toEqual(["retrain"]);
  expect(result.summary).toContain(`### Retraining: ${retrain === "true" ? "yes" : "no"}`);
  expect(result.summary).toContain(`- Share of drifted columns: ${share} (threshold 0.3)`);
});

test.each(["r.json", ""])("retrain-decision: no trigger and no report %j is a warning and no", async REPORT => {
  const result = await decide({}, { REPORT });
  expect(result).toMatchObject({ exitCode: 0, outputs: { retrain: "false" } });
  expect(result.log).toContain("::warning title=Retraining::Neither t.json nor");
});

test.each([
  ["t.json", { "t.json": "{", "r.json": "{}" }],
  ["r.json", { "t.json": '{"triggered": true}', "r.json": "" }],
  ["t.json", { "t.json": "[true]" }],
])("retrain-decision: a malformed %s is a failure", async (path, files) => {
  const result = await decide(files as Record<string, string>);
  expect(result).toMatchObject({ exitCode: 1, outputs: {} });
  expect(result.log).toContain(`::error title=Retraining::${path} is not a JSON object`);
});
