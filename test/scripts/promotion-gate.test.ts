import { expect, test } from "vitest";
import { runScript } from "../support/shell.js";

const gate = (files: Record<string, string>, VALIDATION_REPORT = "v.json", REGISTRY_FILE = "r.json") =>
  runScript("promotion-gate", { env: { VALIDATION_REPORT, REGISTRY_FILE }, files });

test("promotion-gate: a passed validation and a registered model are promoted", async () => {
  const result = await gate({ "v.json": '{"status": "passed"}', "r.json": "{}" });
  expect(result).toMatchObject({ exitCode: 0, outputs: { promote: "true" }, log: "" });
  expect(result.summary).toContain("- Validation: passed");
  expect(result.summary).toContain("- To be promoted: yes");
});

test.each([
  ["is absent", {}, "v.json does not exist"],
  ["is not JSON", { "v.json": "passed" }, "not a JSON object"],
  ["is empty", { "v.json": "" }, "not a JSON object"],
  ["is a list", { "v.json": "[]" }, "not a JSON object"],
  ["failed", { "v.json": '{"status": "failed"}' }, 'the status "failed"'],
  ["has no status", { "v.json": "{}" }, 'the status "absent"'],
  ["has a null status", { "v.json": '{"status": null}' }, 'the status "absent"'],
  ["has a status of another type", { "v.json": '{"status": ["passed"]}' }, 'the status "["passed"]"'],
  ["breaks the log", { "v.json": '{"status": "a\\n::warning::x%"}' }, "a%0A::warning::x%25"],
])("promotion-gate: a validation report that %s fails", async (_name, files, reason) => {
  const result = await gate({ "r.json": "{}", ...files } as Record<string, string>);
  expect(result).toMatchObject({ exitCode: 1, outputs: { promote: "false" } });
  expect(result.log).toMatch(/^::error title=Model validation::/);
  expect(result.log).toContain(reason);
  expect(result.log.split("\n")).toHaveLength(1);
});

test("promotion-gate: without a registered model nothing is promoted, and that is no failure", async () => {
  const result = await gate({ "v.json": '{"status": "passed"}' });
  expect(result).toMatchObject({ exitCode: 0, outputs: { promote: "false" } });
  expect(result.log).toContain("::notice title=Model promotion::r.json does not exist");
  expect(result.summary).toContain("- To be promoted: no");
});

test("promotion-gate: conditions that are not asked for hold", async () => {
  expect(await gate({}, "", "")).toMatchObject({ exitCode: 0, outputs: { promote: "true" } });
});

test("promotion-gate: without a registry file to look for, only the validation is judged", async () => {
  const judged = (status: string) =>
    runScript("promotion-gate", {
      env: { VALIDATION_REPORT: "v.json" },
      files: { "v.json": JSON.stringify({ status }) },
    });
  const passed = await judged("passed");
  expect(passed).toMatchObject({ exitCode: 0, outputs: {} });
  expect(passed.summary).not.toContain("To be promoted");
  expect((await judged("failed")).exitCode).toBe(1);
});
