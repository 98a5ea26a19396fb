import { versionOf } from "../../actions.ts";
import { retirementOf } from "../../retired-actions.ts";
import { defineRule } from "../../rule.ts";

export const retiredAction = defineRule({
  id: "workflow/retired-action",
  severity: "error",
  summary: "A step uses a version of an action whose service GitHub has switched off.",
  why: "The step fails whatever it is asked to do, or does nothing.",
  hint: "use a version that is maintained",
  reference: "https://github.blog/changelog/2024-04-16-deprecation-notice-v3-of-the-artifact-actions/",
  examples: {
    kind: "step",
    bad: `- name: Keep the reports
  uses: actions/upload-artifact@a8a3f3ad30e3422c9c7b888a15615d19a852ae32 # v3.1.3
  with:
    path: reports/
`,
    good: `- name: Keep the reports
  uses: actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f # v7.0.0
  with:
    path: reports/
`,
  },
  check: ({ steps }, report) => {
    for (const { uses } of steps) {
      const version = uses && versionOf(uses);
      const retired = uses?.action !== undefined && version ? retirementOf(uses.action, version) : undefined;
      if (!uses || !retired) continue;
      report(uses.node.place, `this version of \`${uses.action}\` is gone: ${retired.fate}`, {
        severity: retired.fails ? "error" : "warning",
        hint: `use ${retired.instead}`,
      });
    }
  },
});
