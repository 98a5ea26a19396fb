import type { Node } from "../../node.ts";
import { defineRule } from "../../rule.ts";

export const invalidGlob = defineRule({
  id: "workflow/invalid-glob",
  severity: "error",
  summary: "A branch, tag or path filter has a pattern that GitHub refuses or that can match nothing.",
  why: "A pattern must match the whole name, or the whole path from the root of the repository: one that cannot leaves the workflow silent, or running when it should not.",
  hint: "write paths as `src/**`, without `./` in front, and put a positive pattern before those with `!`",
  reference:
    "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  push:
    branches: [main]
    paths: [./src/**]
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: true
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
    good: `name: Example
on:
  push:
    branches: [main]
    paths: [src/**, "!src/**.md"]
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: true
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
  check: ({ triggers }, report) => {
    for (const { node } of triggers)
      for (const filter of ["branches", "tags", "paths"])
        for (const key of [filter, `${filter}-ignore`]) {
          const patterns = (node?.get(key)?.items ?? []).filter(item => item.literal !== undefined);
          for (const pattern of patterns) {
            const trouble = troubleOf(pattern, filter);
            if (trouble) report(pattern.place, trouble);
          }
          const [first] = patterns;
          if (key === filter && first && patterns.every(({ text }) => text.startsWith("!")))
            report(first.place, `\`${key}\` only excludes: without a pattern that includes, nothing matches`);
        }
  },
});

const troubleOf = ({ text }: Node, filter: string): string | undefined => {
  const pattern = text.replace(/^!/, "");
  if (pattern === "") return "an empty pattern matches nothing";
  if (pattern.trim() !== pattern) return `\`${text.trim()}\` has blanks around it, which no name has`;
  const range = unclosedOrReversed(pattern);
  if (range) return `\`${text}\` ${range}`;
  if (filter === "paths") {
    if (/^\.{1,2}$/.test(pattern)) return `\`${text}\` matches nothing: it is no file`;
    const [step] = /^\.{1,2}\//.exec(pattern) ?? [];
    if (step) return `\`${text}\` matches nothing: paths are told without \`${step}\` in front`;
    if (pattern.startsWith("/")) return `\`${text}\` matches nothing: paths are told without \`/\` in front`;
    if (pattern.endsWith("/")) return `\`${text}\` matches nothing: no file's path ends with \`/\``;
    return undefined;
  }
  // https://git-scm.com/docs/git-check-ref-format
  const [forbidden] = /[ ~^:]/.exec(pattern.replace(/\[[^\]]*\]/g, "")) ?? [];
  const kind = filter === "branches" ? "branch" : "tag";
  if (/^\/|\/$/.test(pattern)) return `\`${text}\` matches nothing: no ${kind} begins or ends with \`/\``;
  return forbidden === undefined
    ? undefined
    : `\`${text}\` matches nothing: no ${kind} has \`${forbidden}\` in its name`;
};

/** What is wrong with the `[…]` of a pattern. */
const unclosedOrReversed = (pattern: string): string | undefined => {
  for (let at = 0; at < pattern.length; at += 1) {
    if (pattern[at] === "\\") at += 1;
    else if (pattern[at] === "[") {
      const end = pattern.indexOf("]", at + 1);
      if (end < 0) return "has a `[` without its `]`";
      for (const [range, from = "", to = ""] of pattern.slice(at + 1, end).matchAll(/(.)-(.)/g))
        if (from > to) return `has the range \`${range}\`, which begins after its end`;
      at = end;
    }
  }
  return undefined;
};
