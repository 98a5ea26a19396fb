import type { Node } from "./node.ts";
import type { Step } from "./workflow.ts";

/** Inputs that an action runs as a program. */
const programs: Readonly<Record<string, readonly string[]>> = {
  "actions/github-script": ["script"],
  "appleboy/ssh-action": ["script"],
  "azure/cli": ["inlineScript"],
  "azure/powershell": ["inlineScript"],
  "jannekem/run-python-script-action": ["script"],
  "mikefarah/yq": ["cmd"],
  "nick-fields/retry": ["command"],
};

/** The texts of a step that are run as a program: its script, or an action's. */
export const codeOf = (step: Step): readonly Node[] => {
  const action = step.uses?.action;
  const inputs = action !== undefined && Object.hasOwn(programs, action) ? programs[action] : undefined;
  return [step.run, ...(inputs ?? []).map(name => step.input(name))].filter(node => node !== undefined);
};
