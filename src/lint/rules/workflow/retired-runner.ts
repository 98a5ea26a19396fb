import { defineRule } from "../../rule.ts";
import { retiredImage, runnerLabels } from "../../runners.ts";

export const retiredRunner = defineRule({
  id: "workflow/retired-runner",
  severity: "error",
  summary: "A job asks for a runner image that GitHub has switched off.",
  why: "No runner takes the job: it fails at once, or waits for a day and is cancelled.",
  hint: "use an image that is maintained, such as `ubuntu-latest`",
  reference: "https://docs.github.com/actions/reference/runners/github-hosted-runners",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  runs-on: ubuntu-20.04
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
    good: `example:
  name: Example
  runs-on: ubuntu-24.04
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
  },
  check: ({ jobs }, report) => {
    for (const job of jobs) {
      // A runner of one's own may be called anything.
      if (job.runsOn.length > 1 || job.node.get("runs-on")?.get("group")) continue;
      for (const { text, place } of runnerLabels(job)) {
        const retired = retiredImage(text);
        if (retired)
          report(place, `\`${text}\` was switched off on ${retired.since}`, {
            hint: `use an image that is maintained, such as \`${retired.instead}\``,
          });
      }
    }
  },
});
