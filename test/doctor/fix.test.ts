import fc from "fast-check";
import { expect, test } from "vitest";
import type { Fix } from "../../src/doctor/fix.ts";
import { applied } from "../../src/doctor/fix.ts";

const fix = (title: string, start: number, end: number, text: string, file = "a.txt"): Fix => ({
  title,
  edits: [{ file, start, end, text }],
});

test("fixes: several in one file are made at once, whatever their order", () => {
  const fixes = [fix("end", 8, 8, "!"), fix("start", 0, 3, "THE"), fix("middle", 4, 7, "cow")];
  for (const order of [fixes, [...fixes].reverse()])
    expect(applied(order, () => "the cat.").files).toEqual(new Map([["a.txt", "THE cow.!"]]));
});

test("fixes: a file that is not there is made", () => {
  expect(applied([fix("make", 0, 0, "x\n", "new.txt")], () => undefined)).toEqual({
    files: new Map([["new.txt", "x\n"]]),
    skipped: [],
  });
});

test("fixes: the same one twice is made once", () => {
  const both = [fix("one", 0, 0, "x\n"), fix("other", 0, 0, "x\n")];
  expect(applied(both, () => "y\n")).toEqual({ files: new Map([["a.txt", "x\ny\n"]]), skipped: [] });
});

test("fixes: one that touches what another changes is left for the next time, with all of its edits", () => {
  const first = fix("first", 0, 4, "a");
  const second: Fix = {
    title: "second",
    edits: [
      { file: "b.txt", start: 0, end: 0, text: "b" },
      { file: "a.txt", start: 3, end: 5, text: "c" },
    ],
  };
  expect(applied([first, second], () => "12345")).toEqual({ files: new Map([["a.txt", "a5"]]), skipped: [second] });
});

test("property: fixes: what no edit touches stays as it is", () => {
  const edit = fc.record({ start: fc.nat(40), length: fc.nat(6), text: fc.constantFrom("", "X", "YY") });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 6 }), edits => {
      const text = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuv";
      const fixes = edits.map(({ start, length, text: put }, index) => fix(`${index}`, start, start + length, put));
      const { files, skipped } = applied(fixes, () => text);
      const made = fixes.filter(one => !skipped.includes(one)).flatMap(one => one.edits);
      const kept = [...text].filter((_, at) => !made.some(({ start, end }) => at >= start && at < end)).join("");
      expect((files.get("a.txt") ?? text).replaceAll(/[XY]/g, "")).toBe(kept);
    }),
  );
});
