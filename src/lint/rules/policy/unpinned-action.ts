import { isCommit } from "../../action-version.ts";
import { defineRule } from "../../rule.ts";
import { isShortCommit } from "./short-commit.ts";

export const unpinnedAction = defineRule({
  id: "policy/unpinned-action",
  severity: "error",
  summary: "An action, or a workflow of another repository, is named by a tag or a branch, which its owner can move.",
  why: "Whoever takes over the repository moves the tag and runs their code with this workflow's secrets and token: it happened to tj-actions/changed-files in March 2025 and to trivy-action in March 2026.",
  hint: "name the commit and keep the version as a comment: `owner/name@<40 hex digits> # v1.2.3`",
  reference: "https://docs.github.com/actions/reference/security/secure-use#using-third-party-actions",
  examples: {
    kind: "step",
    bad: `- name: Check out the repository
  uses: actions/checkout@v7
  with:
    persist-credentials: false
`,
    good: `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
`,
  },
  // The language service takes a tag that is a date for a shortened commit.
  messages: ({ message, text }) => {
    const ref = /^The provided ref '(.*)' may be a shortened commit SHA/.exec(message)?.[1];
    return ref !== undefined && !isShortCommit(ref) ? notPinned(text.replace(/^(["'])(.*)\1$/, "$2")) : undefined;
  },
  check: ({ calls }, report) => {
    for (const { kind, ref, node } of calls)
      if (kind === "repository" && ref !== undefined && !isCommit(ref) && !isShortCommit(ref))
        report(node.place, notPinned(node.text));
  },
});

const notPinned = (name: string): string => `\`${name}\` is not pinned to a commit`;
