import { closest } from "../../../diagnostics/closest.ts";
import type { Node } from "../../node.ts";
import { defineRule } from "../../rule.ts";
import { isHosted, runnerLabels } from "../../runners.ts";
import type { Job, Workflow } from "../../workflow.ts";

export const unknownShell = defineRule({
  id: "workflow/unknown-shell",
  severity: "error",
  summary: "A script is to run in a shell that the runner does not know or have.",
  why: "The step fails before its first line. GitHub knows `bash`, `sh`, `pwsh`, `powershell`, `cmd` and `python`; any other is a command line with `{0}` where the script's file goes; `cmd` and `powershell` are on Windows only.",
  hint: "use a shell of the runner, or a command line such as `bash --noprofile -euo pipefail {0}`",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell",
  examples: {
    kind: "step",
    bad: `- name: Say hello
  shell: bash -euo pipefail
  run: echo hello
`,
    good: `- name: Say hello
  shell: bash -euo pipefail {0}
  run: echo hello
`,
  },
  check: (workflow, report) => {
    for (const { node, jobs } of shellsOf(workflow)) {
      const { literal, place } = node;
      // An expression where none may be is the parser's to report.
      if (literal === undefined || literal.trim() === "" || /\$\{\{/.test(literal)) continue;
      const [name = "", ...rest] = literal.trim().split(/\s+/);
      if (!literal.includes("{0}")) {
        if (rest.length > 0)
          report(place, `the command line \`${literal.trim()}\` has no \`{0}\`, where the script's file goes`);
        else if (!SHELLS.includes(name.toLowerCase())) {
          const meant = closest(name, SHELLS);
          report(place, `\`${name}\` is no shell that GitHub knows${meant ? `; did you mean \`${meant}\`?` : ""}`);
        }
      }
      const job = jobs.find(isNotWindows);
      if (WINDOWS.has(name.toLowerCase()) && job)
        report(
          place,
          `\`${name}\` is on Windows only, and job \`${job.id}\` runs on \`${runnerLabels(job)[0]?.text}\``,
        );
    }
  },
});

const SHELLS = ["bash", "sh", "pwsh", "powershell", "cmd", "python"];
const WINDOWS: ReadonlySet<string> = new Set(["powershell", "cmd"]);

/** Whether GitHub's own Linux or macOS runs the job, whatever the matrix says. */
const isNotWindows = (job: Job): boolean => {
  const labels = runnerLabels(job);
  return labels.length > 0 && labels.every(({ text }) => isHosted(text) && !/^windows/i.test(text));
};

interface ShellSetting {
  readonly node: Node;
  /** The jobs whose scripts it is for, as far as they have scripts without a shell of their own. */
  readonly jobs: readonly Job[];
}

const shellsOf = (workflow: Workflow): readonly ShellSetting[] => {
  const preset = (node: Node): Node | undefined => node.get("defaults")?.get("run")?.get("shell");
  const uses = (job: Job): boolean => job.steps.some(({ node, run }) => run && !node.get("shell"));
  const own = preset(workflow.node);
  const jobs = workflow.jobs.filter(job => !preset(job.node) && uses(job));
  return [
    ...(own ? [{ node: own, jobs }] : []),
    ...workflow.jobs.flatMap(job => {
      const node = preset(job.node);
      return node ? [{ node, jobs: uses(job) ? [job] : [] }] : [];
    }),
    ...workflow.steps.flatMap(({ node: step, job }) => {
      const node = step.get("shell");
      return node ? [{ node, jobs: [job] }] : [];
    }),
  ];
};
