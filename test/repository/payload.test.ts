import fc from "fast-check";
import { expect, test } from "vitest";
import { payload } from "../../src/repository/payload.ts";
import { repositoryOf } from "../support/contents.ts";

const read = (text: string) => payload(repositoryOf({ "p.json": text }), "p.json");

test("payload: JSON is read, and what is none is a problem", () => {
  expect(read('{"records": [1]}')).toEqual({ value: { records: [1] }, problems: [] });
  expect(read("{records: []}")?.problems).toEqual([
    expect.objectContaining({ kind: "syntax", spot: { file: "p.json" } }),
  ]);
  expect(payload(repositoryOf({}), "p.json")).toBeUndefined();
});

test("payload: no text makes the reader throw", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), text => {
      expect(read(text)?.problems).toBeInstanceOf(Array);
    }),
  );
  expect(read("[".repeat(100_000))?.problems).toHaveLength(1);
});
