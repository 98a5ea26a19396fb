import fc from "fast-check";
import { expect, test } from "vitest";
import type { CommittedFile } from "../src/drift/committed.ts";
import { hunks, patch, readableDiff } from "../src/drift/diff.ts";
import type { Drift } from "../src/drift/drift.ts";
import { bumps, compare } from "../src/drift/drift.ts";
import { toDiagnostics } from "../src/drift/to-diagnostic.ts";
import { readGenerated, withHeader } from "../src/render/header.ts";

const FILE = ".github/workflows/ci.yaml";
const BODY = `name: CI
on: push
jobs:
  test:
    steps:
      - uses: actions/checkout@${"a".repeat(40)} # v4.0.0
      - name: Set up
        uses: actions/setup-node@${"b".repeat(40)} # v5.0.0
      - name: Say
        run: |
          echo "uses: nothing@here"
`;
const planned = withHeader(BODY, "pipeline.config.ts");

const committed = (text: string): CommittedFile => ({ kind: "text", text, raw: text, remarks: [] });
const statusOf = (text: string, plan = planned) =>
  compare(FILE, { workflow: "ci", planned: plan }, committed(text)).status;

test("a header is read back with its body, and says whether the body is still the written one", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), body => {
      const text = withHeader(body, "ml/pipeline.config.ts");
      expect(readGenerated(text)).toEqual({ configFile: "ml/pipeline.config.ts", body, intact: true });
      expect(readGenerated(`${text}x`)?.intact).toBe(false);
    }),
  );
});

test("any edit of the body of a generated file is found, and is a hand edit", () => {
  fc.assert(
    fc.property(fc.nat(BODY.length), fc.nat(20), fc.string({ maxLength: 20 }), (at, removed, added) => {
      const body = BODY.slice(0, at) + added + BODY.slice(at + removed);
      fc.pre(body !== BODY);
      const text = planned.slice(0, -BODY.length) + body;
      expect(["hand-edited", "pins-only"]).toContain(statusOf(text));
      // Only what stands behind the @ of a step may be a bot's bump.
      const inPins = /^(\s*(?:- )?uses: [^@\s]+@)\S+([ \t]+#.*)?$/gm;
      const alike = body.replace(inPins, "$1") === BODY.replace(inPins, "$1");
      expect(statusOf(text)).toBe(alike ? "pins-only" : "hand-edited");
    }),
    { numRuns: 1000 },
  );
});

test("any edit of the header is found too", () => {
  const header = planned.length - BODY.length;
  fc.assert(
    fc.property(fc.nat(header - 1), fc.constantFrom("x", "", "\n", "#"), (at, sign) => {
      const text = planned.slice(0, at) + sign + planned.slice(at + 1);
      fc.pre(text !== planned);
      expect(statusOf(text)).not.toBe("up-to-date");
    }),
    { numRuns: 500 },
  );
});

test("a bump of a bot is pins only, whatever it does to the commit and its comment", () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[0-9a-f]{40}$/),
      fc.constantFrom(" # v9.9.9", " # pin@v9", "", "  # v9"),
      fc.constantFrom("actions/checkout", "actions/setup-node"),
      (sha, comment, action) => {
        const text = planned.replace(new RegExp(`(${action}@)\\S+ # \\S+`), `$1${sha}${comment}`);
        expect(statusOf(text)).toBe("pins-only");
        expect(bumps(planned, text).map(bump => [bump.action, bump.sha])).toEqual([[action, sha]]);
      },
    ),
  );
});

test("another action, or a step more, is no bump", () => {
  expect(statusOf(planned.replace("actions/checkout@", "evil/checkout@"))).toBe("hand-edited");
  expect(statusOf(planned.replace("      - name: Say", "      - uses: a/b@v1\n      - name: Say"))).toBe("hand-edited");
  expect(statusOf(planned.replace("nothing@here", "nothing@there"))).toBe("hand-edited");
});

test("an intact file of an older config is out of date, not edited", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), body => {
      fc.pre(body !== BODY);
      expect(statusOf(withHeader(body, "pipeline.config.ts"))).toBe("config-changed");
    }),
  );
});

test("the difference of any two texts applies: the hunks lie in the committed file and the lines add up", () => {
  const text = fc.array(fc.constantFrom("a", "b", "", "c\r", "é"), { maxLength: 30 }).map(lines => lines.join("\n"));
  fc.assert(
    fc.property(text, text, (raw, plan) => {
      const drift: Drift = { file: FILE, status: "hand-edited", committed: raw, raw, planned: plan, remarks: [] };
      const lines = raw.split("\n").length;
      for (const { line, endLine } of hunks(drift)) {
        expect(line).toBeGreaterThan(0);
        expect(endLine).toBeGreaterThanOrEqual(line);
        expect(endLine).toBeLessThanOrEqual(Math.max(1, lines));
      }
      expect(readableDiff(drift) === "").toBe(raw === plan);
      expect(patch(drift) === "").toBe(raw === plan);
      for (const [, from, to, body] of patch(drift).matchAll(
        /^@@ -\d+,(\d+) \+\d+,(\d+) @@\n((?:[-+ \\][^\n]*\n?)*)/gm,
      )) {
        const count = (signs: RegExp) => (body as string).split("\n").filter(line => signs.test(line)).length;
        expect([count(/^[- ]/), count(/^[+ ]/)]).toEqual([Number(from), Number(to)]);
      }
    }),
  );
});

test("two large texts that have nothing in common are compared in good time", () => {
  const raw = Array.from({ length: 30_000 }, (_, index) => `their line ${index}`).join("\n");
  const plan = `${Array.from({ length: 2_000 }, (_, index) => `our line ${index}`).join("\n")}\n`;
  const start = performance.now();
  const drift: Drift = { file: FILE, status: "unmanaged", committed: raw, raw, planned: plan, remarks: [] };
  const text = patch(drift);
  expect(performance.now() - start).toBeLessThan(3000);
  expect(text).toContain("@@ -1,30000 +1,2000 @@\n-their line 0\n");
  expect(text).toContain("\\ No newline at end of file\n+our line 0\n");
  expect(hunks(drift)).toEqual([{ line: 1, endLine: 30_000 }]);
});

test("every drift is told with its file apart from its words, and with what mends it", () => {
  const all: readonly Drift["status"][] = [
    "missing",
    "config-changed",
    "hand-edited",
    "pins-only",
    "orphaned",
    "unmanaged",
  ];
  for (const status of all) {
    const [diagnostic, ...more] = toDiagnostics({ file: FILE, status, committed: "a", planned: "b", remarks: [] });
    expect(more).toEqual([]);
    expect(diagnostic).toMatchObject({ code: `drift/${status}`, severity: "error", file: FILE });
    expect(diagnostic?.message).not.toContain(FILE);
    expect(diagnostic?.hint).toMatch(/`npx creditrisk-ci generate( --force| --prune)?`/);
  }
  expect(toDiagnostics({ file: FILE, status: "up-to-date", remarks: [] })).toEqual([]);
});
