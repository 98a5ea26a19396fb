import { defineRule } from "../../rule.ts";

/** A tag can be a date, which reads like one. */
export const isShortCommit = (ref: string): boolean => /^[0-9a-f]{7,39}$/i.test(ref) && !/^20\d{6,12}$/.test(ref);

export const shortCommit = defineRule({
  id: "policy/short-commit",
  severity: "error",
  summary: "An action is pinned to the beginning of a commit's name.",
  why: "GitHub refuses to resolve a shortened commit: the job fails before its first step. Were it resolved, it could be made to name another commit.",
  hint: "write all 40 hex digits of the commit: `git rev-parse <short>` prints them",
  reference: "https://docs.github.com/actions/reference/security/secure-use#using-third-party-actions",
  examples: {
    kind: "step",
    bad: `- name: Check out the repository
  uses: actions/checkout@3d3c42e # v7.0.1
  with:
    persist-credentials: false
`,
    good: `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
`,
  },
  // The language service knows those of seven or eight digits, and only suspects.
  messages: ({ message }) => {
    const ref = /^The provided ref '(.*)' may be a shortened commit SHA/.exec(message)?.[1];
    return ref !== undefined && isShortCommit(ref) ? shortened(ref) : undefined;
  },
  check: ({ calls }, report) => {
    for (const { kind, ref, node } of calls)
      if (kind === "repository" && ref !== undefined && isShortCommit(ref)) report(node.place, shortened(ref));
  },
});

const shortened = (ref: string): string => `\`${ref}\` is not a whole commit: GitHub wants all 40 digits`;
