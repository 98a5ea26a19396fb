import type { Comment } from "../../comments.ts";
import { layoutOf } from "../../comments.ts";
import { defineRule } from "../../rule.ts";
import type { Permissions } from "../../workflow.ts";

export const undocumentedPermission = defineRule({
  id: "policy/undocumented-permission",
  severity: "note",
  summary: "Nothing says why the token needs a permission.",
  why: "Permissions that nobody can explain are never taken back: whoever reviews the workflow must find out which step uses them.",
  hint: "add a comment to the line: `packages: write # to push the image`",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions:
    contents: read
    packages: write
  steps:
    - name: Say hello
      run: echo hello
`,
    good: `example:
  name: Example
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions:
    contents: read
    packages: write # to push the image
  steps:
    - name: Say hello
      run: echo hello
`,
  },
  check: ({ permissions, jobs }, report, { file }) => {
    const asked = [permissions, ...jobs.map(job => job.permissions)]
      .filter(found => found !== undefined)
      .filter(found => needingReasons(found).length > 0);
    if (asked.length === 0) return;
    const comments = new Map(
      layoutOf(file.source)
        .comments.filter(isReason)
        .map(comment => [comment.line, comment]),
    );
    const isExplained = (line: number): boolean =>
      comments.get(line)?.alone === false || comments.get(line - 1)?.alone === true;
    for (const found of asked) {
      const scopes = needingReasons(found);
      for (const { key, keyPlace, value } of scopes) {
        const isAlone = scopes.length === 1 && isExplained(found.keyPlace.line);
        if (!isAlone && !isExplained(keyPlace.line))
          report(keyPlace, `no comment says what \`${key}: ${value.text}\` is for`);
      }
    }
  },
});

/** To read the code needs no reason, and to do nothing neither. */
const needingReasons = ({ scopes }: Permissions): Permissions["scopes"] =>
  scopes.filter(({ key, value }) => value.text !== "none" && !(key === "contents" && value.text === "read"));

/** A comment for people: not one that tells this tool to be silent. */
const isReason = ({ text }: Comment): boolean => /\w/.test(text) && !/^#\s*creditrisk-ci:/.test(text);
