import { isCommit, versionComment } from "../../action-version.ts";
import { defineRule } from "../../rule.ts";

/** A version somewhere in it, or one word: the branch that was pinned. */
const NAMES_A_VERSION = /(?:^|[\s@=:/-])v?\d+(?:\.\d+)*|^[\w./-]+$/;

export const missingVersionComment = defineRule({
  id: "policy/missing-version-comment",
  severity: "note",
  summary: "An action is pinned to a commit, and nothing says which version that is.",
  why: "Nobody can see how old the action is; Dependabot and Renovate keep the comment up to date, but need one to begin with.",
  hint: "write the version behind the commit: `# v1.2.3`",
  reference: "https://docs.github.com/actions/reference/security/secure-use#using-third-party-actions",
  examples: {
    kind: "step",
    bad: `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
  with:
    persist-credentials: false
`,
    good: `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
`,
  },
  check: ({ calls }, report) => {
    for (const call of calls)
      if (call.kind === "repository" && isCommit(call.ref) && !NAMES_A_VERSION.test(versionComment(call)))
        report(call.node.place, `no comment says which version of \`${call.action}\` this commit is`);
  },
});
