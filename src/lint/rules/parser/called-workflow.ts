import { defineRule } from "../../rule.ts";
import { quoted } from "./words.ts";

export const calledWorkflow = defineRule({
  id: "workflow/called-workflow",
  severity: "error",
  summary: "A job calls a workflow of this repository that is not there, or not as its caller expects.",
  why: "GitHub refuses the calling workflow: none of its jobs runs.",
  hint: "look at the inputs and secrets under the called workflow's `on.workflow_call`",
  reference: "https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows",
  examples: {
    kind: "job",
    bad: `example:
  name: Publish
  uses: ./.github/workflows/publish.yaml
  permissions:
    contents: read
    packages: write # pushes the image
`,
    good: `example:
  name: Publish
  uses: ./.github/workflows/publish.yaml
  permissions:
    contents: read
    packages: write # pushes the image
  with:
    image: api
`,
  },
  messages: ({ message, location }, { repository }) => {
    const [, kind, name] = /^(Input|Secret) (.*) is required, but not provided while calling\.$/s.exec(message) ?? [];
    if (kind !== undefined && name !== undefined)
      return `the called workflow wants the ${kind.toLowerCase()} ${quoted(name)}`;
    const [, other, unknown] =
      /^Invalid (input|secret), (.*) is not defined in the referenced workflow\.$/s.exec(message) ?? [];
    if (other !== undefined && unknown !== undefined) return `the called workflow has no ${other} ${quoted(unknown)}`;
    if (message === "workflow_call key is not defined in the referenced workflow.")
      return "the called workflow does not let itself be called: it has no `on.workflow_call`";
    if (message !== "Unable to find reusable workflow") return undefined;
    const path = /^[.$]\/(.github\/workflows\/[^/@]+\.ya?ml)$/.exec(location?.node.text ?? "")?.[1];
    // Those of other repositories are out of reach, and names of another form are told apart.
    if (path === undefined || !repository) return null;
    return repository.has(path)
      ? `GitHub's parser refuses the called workflow ${quoted(path)}`
      : `there is no workflow ${quoted(path)} in this repository`;
  },
});
