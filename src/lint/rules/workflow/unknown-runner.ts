import { defineRule } from "../../rule.ts";
import { isHosted, meantRunner, runnerLabels } from "../../runners.ts";

export const unknownRunner = defineRule({
  id: "workflow/unknown-runner",
  severity: "warning",
  summary: "A job asks for a runner that looks like one of GitHub's, and is none of them.",
  why: "Unless a runner of your own has this label, no runner takes the job: it waits for a day and is cancelled.",
  hint: "use a label of GitHub's; name a runner of your own differently, or put `self-hosted` or its group beside",
  reference: "https://docs.github.com/actions/reference/runners/github-hosted-runners",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  runs-on: ubuntu-lastest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
    good: `example:
  name: Example
  runs-on: ubuntu-latest
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say hello
      run: echo hello
`,
  },
  check: ({ jobs }, report) => {
    for (const job of jobs) {
      const runsOn = job.node.get("runs-on");
      // Several labels, or a group, are of a runner of one's own.
      if (runsOn?.get("group") || job.runsOn.filter(({ text }) => !isHosted(text)).length > 1) continue;
      if (job.runsOn.some(({ text }) => text.toLowerCase() === "self-hosted")) continue;
      for (const { text, place } of runnerLabels(job)) {
        const meant = meantRunner(text);
        if (meant !== undefined)
          report(
            place,
            `\`${text}\` is no runner of GitHub's: did you mean \`${meant}\`, or is it a runner of your own?`,
          );
      }
    }
  },
});
