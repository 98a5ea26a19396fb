import { versionOf } from "../../actions.ts";
import { knownAction } from "../../known-actions.ts";
import { retiredRuntime as retired, retirementOf } from "../../retired-actions.ts";
import { defineRule } from "../../rule.ts";

export const retiredRuntime = defineRule({
  id: "workflow/retired-runtime",
  severity: "warning",
  summary: "A step uses a version of an action that was made for a Node.js the runner no longer has.",
  why: "The runner has had no Node.js 20 or older since autumn 2026 and runs such actions on Node.js 24, for which they were never tested; a self-hosted runner that is not up to date fails instead.",
  hint: "use a version made for Node.js 24",
  reference: "https://github.blog/changelog/2025-09-19-deprecation-of-node-20-on-github-actions-runners/",
  examples: {
    kind: "step",
    bad: `- name: Check out the repository
  uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
  with:
    persist-credentials: false
`,
    good: `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
`,
  },
  check: ({ steps }, report) => {
    for (const { uses } of steps) {
      const version = uses && versionOf(uses);
      if (!uses?.action || !version || retirementOf(uses.action, version)?.fails) continue;
      const [, known] = /^node(16|20)$/.exec(knownAction(uses.action)?.runtime ?? "") ?? [];
      const runtime = retired(uses.action, version) ?? (known === undefined ? undefined : `Node.js ${known}`);
      if (runtime !== undefined && isNotNewer(uses.action, version.major))
        report(uses.node.place, `this version of \`${uses.action}\` was made for ${runtime}`);
    }
  },
});

/** What is known of the newest release says nothing about later ones. */
const isNotNewer = (action: string, major: number): boolean => {
  const [, newest] = /^v(\d+)/.exec(knownAction(action)?.version ?? "") ?? [];
  return newest === undefined || major <= Number(newest);
};
