import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import type { Baseline } from "../../src/lint/baseline.ts";
import { applyBaseline, baselineText, parseBaseline } from "../../src/lint/baseline.ts";
import { finding } from "../support/diagnostics.ts";

const FILE = "lint-baseline.json";

const read = (text: string): Baseline => {
  const parsed = parseBaseline(text, FILE);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.value;
};

const unpinned: Diagnostic = {
  code: "policy/unpinned-action",
  severity: "error",
  file: "ci.yaml",
  line: 3,
  excerpt: "  - uses: x@v1",
  message: "not pinned",
};

test("baseline: an entry a line, in an order of its own, with equal findings counted", () => {
  const findings = [{ ...unpinned, file: "z.yaml" }, unpinned, { ...unpinned, line: 9 }];
  const text = baselineText(findings);
  expect(text.split("\n")).toEqual([
    "{",
    '  "schemaVersion": 1,',
    '  "findings": [',
    expect.stringMatching(
      /^ {4}\{"file":"ci\.yaml","code":"policy\/unpinned-action","fingerprint":"[0-9a-f]{16}","count":2\},$/,
    ),
    expect.stringMatching(/^ {4}\{"file":"z\.yaml",.*"count":1\}$/),
    "  ]",
    "}",
    "",
  ]);
  expect(baselineText([...findings].reverse())).toBe(text);
  expect(read(baselineText([])).findings).toEqual([]);
});

test("baseline: what it knows does not count, what came since does", () => {
  const baseline = read(baselineText([unpinned]));
  const other = { ...unpinned, excerpt: "  - uses: y@v1" };
  const again = { ...unpinned, line: 20 };
  expect(applyBaseline([unpinned, other, again], baseline)).toEqual({
    remaining: [other, again],
    known: [unpinned],
    stale: [],
  });
});

test("baseline: what is no longer there is noted", () => {
  const baseline = read(baselineText([unpinned, unpinned, unpinned, { ...unpinned, code: "policy/x" }]));
  const { remaining, stale } = applyBaseline([unpinned], baseline);
  expect(remaining).toEqual([]);
  expect(stale).toMatchObject([
    {
      ...{ code: "lint/stale-baseline", severity: "note", file: FILE },
      message: expect.stringMatching(/^2 findings of policy\/unpinned-action in ci\.yaml are no longer there/),
    },
    { message: expect.stringMatching(/^a finding of policy\/x in ci\.yaml is no longer there/) },
  ]);
});

const entry = '{"file": "a", "code": "policy/x", "fingerprint": "0123456789abcdef", "count": 1}';
test.for([
  ["no JSON", '{\n  "schemaVersion": 1,\n  "findings": [\n<<<<<<< ours\n', 4, "expected"],
  ["an empty file", "", 1, "expected"],
  ["another version", '{\n  "schemaVersion": 2,\n  "findings": {} }', 2, "version 2"],
  ["no object", "[]", 1, ""],
  ["no list", '{ "schemaVersion": 1 }', 1, "findings"],
  ["an unknown key", `{ "schemaVersion": 1, "findings": [\n${entry.replace("file", "flie")}] }`, 2, "flie"],
  ["a count of none", `{ "schemaVersion": 1, "findings": [\n${entry.replace("1}", "0}")}] }`, 2, "count"],
  [
    "a fingerprint of another kind",
    `{ "schemaVersion": 1, "findings": [\n${entry.replace("0123", "")}] }`,
    2,
    "fingerprint",
  ],
] as const)("baseline: %s is refused with its line", ([, text, line, words]) => {
  const parsed = parseBaseline(text, FILE);
  if (parsed.ok) throw new Error("was accepted");
  for (const problem of parsed.diagnostics)
    expect(problem).toMatchObject({ code: "usage/baseline", severity: "error", file: FILE, hint: expect.any(String) });
  expect(parsed.diagnostics[0]?.line).toBe(line);
  expect(parsed.diagnostics.map(({ message }) => message).join("\n")).toContain(words);
});

describe("properties: a baseline", () => {
  const findings = fc.array(finding, { maxLength: 12 });

  test("of some findings leaves none of them, and has nothing stale", () => {
    fc.assert(
      fc.property(findings, all => {
        expect(applyBaseline(all, read(baselineText(all)))).toEqual({ remaining: [], known: all, stale: [] });
      }),
    );
  });

  test("leaves exactly what is added", () => {
    fc.assert(
      fc.property(findings, finding, (all, added) => {
        expect(applyBaseline([...all, added], read(baselineText(all))).remaining).toEqual([added]);
      }),
    );
  });

  test("is the same wherever in the file the lines are, however far they are indented", () => {
    fc.assert(
      fc.property(findings, fc.nat(50), fc.constantFrom("", "  ", "\t"), (all, down, indent) => {
        const moved = all.map(({ line, excerpt, ...rest }) => ({
          ...rest,
          ...(line === undefined ? {} : { line: line + down }),
          ...(excerpt === undefined ? {} : { excerpt: indent + excerpt }),
        }));
        expect(baselineText(moved)).toBe(baselineText(all));
      }),
    );
  });

  test("can be made of anything that JSON can hold, and any other text is refused, not thrown at", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), text => {
        const parsed = parseBaseline(text, FILE);
        expect(parsed.ok ? [] : parsed.diagnostics.map(({ code }) => code)).not.toContain("config/syntax");
        if (!parsed.ok) expect(parsed.diagnostics.length).toBeGreaterThan(0);
      }),
    );
  });
});
