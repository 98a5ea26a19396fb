import type { ShellCommand } from "./script.ts";
import type { Step } from "./workflow.ts";

/** Properties that name the code of whoever proposes it. */
const HEADS =
  /^github\.(?:head_ref|event\.pull_request\.(?:head\b.*|merge_commit_sha)|event\.workflow_run\.(?:head_\w+\b.*|pull_requests\b.*))$/;

/** `refs/pull/7/merge`, whatever stands for the number. */
const PULL_REF = /\bpull\/.+\/(?:head|merge)\b/;

/** Whether a step gets the code that a pull request proposes. */
export const getsPullRequestCode = (step: Step): boolean => {
  if (step.uses?.action === "actions/checkout")
    return [step.input("ref"), step.input("repository")].some(
      node =>
        node !== undefined &&
        (PULL_REF.test(node.text) ||
          node.expressions.some(({ reads }) => reads.some(({ path }) => HEADS.test(path.join("."))))),
    );
  return (step.script?.commands ?? []).some(fetchesPullRequest);
};

const fetchesPullRequest = ({ name, args }: ShellCommand): boolean => {
  const words = args.map(({ value }) => value);
  if (name === "gh") return words[0] === "pr" && words[1] === "checkout";
  return (
    name === "git" &&
    ["fetch", "pull"].some(word => words.includes(word)) &&
    args.some(({ text }) => PULL_REF.test(text))
  );
};
