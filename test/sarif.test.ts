import fc from "fast-check";
import { expect, test } from "vitest";
import { main } from "../src/cli/main.ts";
import type { Diagnostic } from "../src/diagnostics/diagnostic.ts";
import type { Report, RuleInfo } from "../src/diagnostics/report.ts";
import { version } from "../src/version.ts";
import { templates } from "../templates/index.ts";
import { finding, written } from "./support/diagnostics.ts";
import { memoryHost } from "./support/memory-host.ts";
import { CI } from "./support/repo.ts";
import { expectSarif, validateSarif } from "./support/sarif.ts";

const sarif = async (report: Partial<Report>) => expectSarif((await written(report, "sarif")).out).runs[0];

const rule: RuleInfo = {
  id: "policy/unpinned-action",
  severity: "error",
  summary: "An action is named by a tag.",
  why: "Its owner can move the tag.",
  hint: "Name the commit.",
  helpUri: "https://example.com/unpinned-action",
};

const unpinned: Diagnostic = {
  code: "policy/unpinned-action",
  severity: "error",
  file: CI,
  ...{ line: 12, column: 15, endLine: 12, endColumn: 34 },
  excerpt: "      - uses: actions/checkout@v4",
  message: "not pinned",
  hint: "name the commit",
};

test("sarif: the schema of the standard refuses what is not of it", () => {
  for (const wrong of [
    { version: "2.1.0" },
    { version: "2.1.0", runs: [{ tool: { driver: {} } }] },
    { version: "2.1.0", runs: [], "#": 1 },
  ])
    expect(validateSarif(wrong)).toBe(false);
});

test("sarif: a finding has a rule, a level and a place that code scanning can show", async () => {
  const run = await sarif({
    diagnostics: [unpinned],
    rules: [rule, { ...rule, id: "policy/other", severity: "note" }],
  });
  expect(run.tool.driver).toEqual({
    name: "creditrisk-ci",
    version,
    rules: [
      {
        id: "policy/unpinned-action",
        shortDescription: { text: "An action is named by a tag." },
        fullDescription: { text: "Its owner can move the tag." },
        help: {
          text: "Its owner can move the tag.\n\nName the commit.",
          markdown: "Its owner can move the tag.\n\n**What to do:** Name the commit.",
        },
        defaultConfiguration: { level: "error" },
        helpUri: "https://example.com/unpinned-action",
        properties: { tags: ["github-actions", "policy"] },
      },
      expect.objectContaining({ id: "policy/other", defaultConfiguration: { level: "note" } }),
    ],
  });
  expect(run.columnKind).toBe("utf16CodeUnits");
  expect(run.invocations).toEqual([{ executionSuccessful: true, exitCode: 1, toolExecutionNotifications: [] }]);
  expect(run.results).toEqual([
    {
      ruleId: "policy/unpinned-action",
      ruleIndex: 0,
      level: "error",
      message: { text: "not pinned\n\nname the commit" },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: CI, uriBaseId: "%SRCROOT%", index: 0 },
            region: {
              ...{ startLine: 12, startColumn: 15, endLine: 12, endColumn: 34 },
              snippet: { text: "actions/checkout@v4" },
            },
            contextRegion: { startLine: 12, snippet: { text: "      - uses: actions/checkout@v4" } },
          },
        },
      ],
      partialFingerprints: { "codeAndLine/v1": expect.stringMatching(/^[0-9a-f]{16}:1$/) },
    },
  ]);
});

const fingerprints = async (diagnostics: readonly Diagnostic[]): Promise<readonly string[]> =>
  (await sarif({ diagnostics })).results.map(
    (result: { readonly partialFingerprints: Record<string, string> }) => result.partialFingerprints["codeAndLine/v1"],
  );

test("sarif: a fingerprint stays when the line moves or is indented, and tells equal lines and other lines apart", async () => {
  const [before] = await fingerprints([unpinned]);
  expect(await fingerprints([{ ...unpinned, line: 40, endLine: 40, excerpt: `    ${unpinned.excerpt}` }])).toEqual([
    before,
  ]);
  const other = { ...unpinned, excerpt: "      - uses: actions/cache@v4" };
  const all = await fingerprints([
    unpinned,
    { ...unpinned, line: 20, endLine: 20 },
    other,
    { ...unpinned, code: "policy/x" },
  ]);
  expect(all[0]).toBe(before);
  expect(new Set(all).size).toBe(4);
});

test("sarif: a name of a file is escaped, and no path of a machine is told as a place", async () => {
  const names = ["a b/ü%#?.yaml", "C:x:y.yaml", "\ud800.yaml", "/etc/x.yaml", "C:\\x.yaml"];
  const run = await sarif({ diagnostics: names.map(file => ({ ...unpinned, file })) });
  const uris = run.artifacts.map(({ location }: { readonly location: { readonly uri: string } }) => location.uri);
  expect(uris).toEqual(["a%20b/%C3%BC%25%23%3F.yaml", "C%3Ax%3Ay.yaml", "%EF%BF%BD.yaml"]);
  expect(run.invocations[0].toolExecutionNotifications).toHaveLength(2);
});

const cli = async (files: Readonly<Record<string, string>>, ...args: readonly string[]) => {
  const host = memoryHost(files);
  await main(["generate", "--quiet"], host, async () => templates);
  const path = `/repo/${CI}`;
  if (host.contents.has(path)) host.contents.set(path, `${host.contents.get(path)}# mine\n`);
  const before = host.out().length;
  const code = await main([...args, "--format", "sarif"], host, async () => templates);
  return { code, text: host.out().slice(before) };
};

test("sarif: every command has the form: drift is a result on its lines, wrong use is about the run", async () => {
  const files = { "pipeline.config.json": '{ "name": "m" }' };
  const drift = await cli(files, "check");
  const run = expectSarif(drift.text).runs[0];
  expect(drift.code).toBe(1);
  expect(run.results).toMatchObject([
    {
      ruleId: "drift/hand-edited",
      locations: [{ physicalLocation: { artifactLocation: { uri: CI }, region: { startLine: expect.any(Number) } } }],
    },
  ]);
  const wrong = await cli(files, "generate", "--only", "cy");
  expect(expectSarif(wrong.text).runs[0]).toMatchObject({
    results: [],
    invocations: [
      {
        executionSuccessful: false,
        exitCode: 2,
        toolExecutionNotifications: [{ descriptor: { id: "usage/unknown-workflow" }, level: "error" }],
      },
    ],
  });
  const invalid = await cli({ "pipeline.config.json": '{ "nmae": "m" }' }, "check");
  expect(expectSarif(invalid.text).runs[0].results).toContainEqual(
    expect.objectContaining({ ruleId: "config/unknown-key" }),
  );
});

test("sarif: the same findings make the same bytes", async () => {
  const report = { diagnostics: [unpinned], rules: [rule] };
  expect((await written(report, "sarif")).out).toBe((await written(structuredClone(report), "sarif")).out);
});

test("property: whatever a file holds, the report is what the standard allows, with every finding in it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(finding, { maxLength: 4 }), async diagnostics => {
      const run = await sarif({ diagnostics, rules: [rule] });
      const notices = run.invocations[0].toolExecutionNotifications;
      expect(run.results.length + notices.length).toBe(diagnostics.length);
      for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
    }),
  );
});
