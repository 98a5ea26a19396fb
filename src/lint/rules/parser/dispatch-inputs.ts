import { defineRule } from "../../rule.ts";
import { itsKey, quoted } from "./words.ts";

export const dispatchInputs = defineRule({
  id: "workflow/dispatch-inputs",
  severity: "error",
  summary: "An input of the workflow is declared in a way that contradicts itself.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "give a `choice` its `options`, and every input a `default` of its `type`",
  reference:
    "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatchinputs",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  workflow_dispatch:
    inputs:
      stage:
        description: The stage to run.
        type: choice
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: false
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - name: Say hello
        run: echo hello
`,
    good: `name: Example
on:
  workflow_dispatch:
    inputs:
      stage:
        description: The stage to run.
        type: choice
        options: [train_baseline, validate_model]
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: false
jobs:
  example:
    name: Example
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions: {}
    steps:
      - name: Say hello
        run: echo hello
`,
  },
  messages: message => {
    const { location } = message;
    if (message.message === "Missing 'options' for choice input")
      return `the choice ${itsKey(message)} has no \`options\``;
    if (message.message === "Input type is not 'choice', but 'options' is defined")
      return `${itsKey(message)} has \`options\`, but is no \`choice\``;
    if (!/^Unexpected type '.*' encountered while reading 'input default'/s.test(message.message)) return undefined;
    const value = location?.node;
    // GitHub takes a number or a boolean for the text of it, and the text for a boolean.
    const wantsBoolean = /The type 'BooleanToken' was expected\.$/.test(message.message);
    if (!value?.isScalar || !wantsBoolean || /^(?:true|false)$/i.test(value.text)) return null;
    return `the default ${quoted(value.text)} of ${quoted(location?.keys.at(-2) ?? "")} is neither true nor false`;
  },
});
