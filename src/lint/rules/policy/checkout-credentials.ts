import { majorVersion } from "../../action-version.ts";
import type { Report } from "../../rule.ts";
import { defineRule } from "../../rule.ts";
import type { Step } from "../../workflow.ts";

export const checkoutCredentials = defineRule({
  id: "policy/checkout-credentials",
  severity: "warning",
  summary: "The checkout leaves its token where every later step of the job can take it.",
  why: "Until the job ends, any script, test or package that runs in it can read the token from git's configuration and use it. Before version 6 it lies in `.git/config`, and an upload of the whole workspace publishes it. A job that fetches or pushes with git needs it, which is not flagged.",
  hint: "add `persist-credentials: false` to the step's `with`",
  reference: "https://github.com/actions/checkout#usage",
  examples: {
    kind: "step",
    bad: `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
`,
    good: `- name: Check out the repository
  uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
  with:
    persist-credentials: false
`,
  },
  check: ({ jobs }, report) => {
    for (const { steps } of jobs) {
      if (!steps.some(isCheckout)) continue;
      const needed = steps.findLastIndex(needsCredentials);
      const uploaded = steps.findLastIndex(uploadsWorkspace);
      for (const step of steps) if (isCheckout(step) && step.index >= needed) checkStep(step, steps[uploaded], report);
    }
  },
});

const isCheckout = ({ uses }: Step): boolean => uses?.action === "actions/checkout";

/** `upload`: the last step of the job that uploads the workspace. */
const checkStep = (step: Step, upload: Step | undefined, report: Report): void => {
  const place = step.uses?.node.place ?? step.place;
  const setting = step.input("persist-credentials");
  if (setting && (setting.literal === undefined || setting.literal.toLowerCase() === "false")) return;
  if (upload && upload.index > step.index && liesInWorkspace(step))
    report(place, `the checkout leaves its token in \`.git\`, and \`${upload.label}\` uploads it`, {
      severity: "error",
    });
  else if (setting)
    // Written out, it is meant; whether it is needed, the file does not show.
    report(setting.place, "the token is kept, and no step of this job is seen to need it", { severity: "note" });
  else report(place, "the checkout leaves its token to every later step of the job");
};

/** What talks to the remote. */
const remoteCommands: ReadonlySet<string> = new Set([
  ...["clone", "fetch", "lfs", "ls-remote", "pull", "push", "remote", "submodule"],
]);

/** Actions that commit and push with what the checkout left. */
const pushing: ReadonlySet<string> = new Set([
  ...["ad-m/github-push-action", "changesets/action", "endbug/add-and-commit", "iterative/setup-cml"],
  ...["peter-evans/create-pull-request", "stefanzweifel/git-auto-commit-action"],
]);

const needsCredentials = ({ uses, script }: Step): boolean =>
  pushing.has(uses?.action ?? "") ||
  (script?.commands ?? []).some(
    ({ name, args }) =>
      ["cml", "gto", "semantic-release"].includes(name ?? "") ||
      (name === "git" && args.some(({ value }) => value !== undefined && remoteCommands.has(value))),
  );

const liesInWorkspace = ({ uses }: Step): boolean => {
  const major = uses && majorVersion(uses);
  return major !== undefined && major < 6;
};

const uploadsWorkspace = (step: Step): boolean =>
  step.uses?.action === "actions/upload-artifact" &&
  (step.input("path")?.text ?? "").split("\n").some(path => WORKSPACE.test(path.trim()));

/** The workspace, or a folder around it. */
const WORKSPACE = /^(?:\.{1,2}|\*\*?|\$\{\{\s*github\.workspace\s*\}\})\/?(?:\*\*?)?$/i;
