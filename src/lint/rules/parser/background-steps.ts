import { defineRule } from "../../rule.ts";
import { didYouMean, quoted } from "./words.ts";

export const backgroundSteps = defineRule({
  id: "workflow/background-steps",
  severity: "error",
  summary: "Steps that run side by side are put together in a way that GitHub does not take.",
  why: "GitHub refuses the whole file: none of its jobs runs, and a required check that it reports waits for ever.",
  hint: "wait for or cancel a step that begins above, and put only `run` and `uses` steps into `parallel`",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idsteps",
  examples: {
    kind: "step",
    bad: `- name: Serve the model
  id: server
  background: true
  run: python -m http.server
- name: Wait for the server
  wait: servers
`,
    good: `- name: Serve the model
  id: server
  background: true
  run: python -m http.server
- name: Stop the server
  cancel: server
`,
  },
  messages: ({ message, location }) => {
    const [, key] = /^'(background|wait|wait-all|cancel)' is not allowed inside a parallel block\./.exec(message) ?? [];
    if (key !== undefined) return `a step of \`parallel\` cannot have \`${key}\``;
    if (message === "Nested 'parallel' blocks are not allowed.")
      return "`parallel` cannot be inside of another `parallel`";
    if (message === "The value of 'wait-all' must be true or omitted") return "`wait-all` can be true, or be left out";
    const [, own] = /^Step '(.*)' cannot reference itself$/s.exec(message) ?? [];
    if (own !== undefined) return `the step ${quoted(own)} waits for itself`;
    const [, id] = /^Step references unknown step ID '(.*)'$/s.exec(message) ?? [];
    if (id === undefined) return undefined;
    const steps =
      location?.around.find(({ isSequence, definition }) => isSequence && definition === "steps")?.items ?? [];
    const ids = steps.map(step => step.get("id")?.literal).filter(known => known !== undefined);
    if (ids.includes(id)) return `the step ${quoted(id)} only begins further down`;
    return `no step above has the id ${quoted(id)}${didYouMean(id, ids)}`;
  },
});
