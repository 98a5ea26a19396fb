import { defineRule } from "../../rule.ts";

export const notText = defineRule({
  id: "workflow/not-text",
  severity: "error",
  summary: "The file is no UTF-8 text.",
  why: "GitHub cannot read it: none of its jobs runs.",
  hint: "save the file as UTF-8, without NUL characters",
  examples: {
    kind: "workflow",
    bad: `name: Example\0
`,
    good: `name: Example
on:
  push:
    branches: [main]
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: false
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - name: Say hello
        run: echo hello
`,
  },
  inspect: ({ bytes, text }, report) => {
    const start = { line: 1, column: 1, endLine: 1, endColumn: 1 };
    if (/^(?:\xff\xfe|\xfe\xff)/.test(String.fromCharCode(...bytes.subarray(0, 2))))
      report(start, "the file is UTF-16, and has to be UTF-8");
    else if (bytes.includes(0))
      report(start, `the file has a NUL character on line ${lineOf(bytes, bytes.indexOf(0))}`);
    else if (text === undefined)
      report(start, `the file is no UTF-8 from line ${lineOf(bytes, firstInvalid(bytes))} on`);
  },
});

const lineOf = (bytes: Uint8Array, offset: number): number =>
  bytes.subarray(0, offset).reduce((line, byte) => (byte === LINE_END ? line + 1 : line), 1);

const LINE_END = 0x0a;

/** The offset up to which the bytes are UTF-8, found by halving. */
const firstInvalid = (bytes: Uint8Array): number => {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isValid(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
};

/** A character that is cut at the end is not counted against it. */
const isValid = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
};
