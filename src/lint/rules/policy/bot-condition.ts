import type { Expr } from "@actions/expressions/ast";
import { Binary, Grouping, Logical } from "@actions/expressions/ast";
import { accessOf, literalText } from "../../expression.ts";
import type { Node } from "../../node.ts";
import { defineRule } from "../../rule.ts";

export const botCondition = defineRule({
  id: "policy/bot-condition",
  severity: "warning",
  summary: "A condition trusts a run because a bot was the last to act.",
  why: "`github.actor` is whoever acted last, not who wrote the code: a stranger makes the bot act on their own pull request, for example by asking it for a rebase, and the condition holds for their code.",
  hint: "ask who opened the pull request: `github.event.pull_request.user.login == 'dependabot[bot]'`",
  reference:
    "https://docs.github.com/code-security/dependabot/working-with-dependabot/automating-dependabot-with-github-actions",
  examples: {
    kind: "workflow",
    bad: `name: Example
on:
  pull_request: {}
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  example:
    name: Example
    if: github.actor == 'dependabot[bot]'
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - name: Say hello
        run: echo hello
`,
    good: `name: Example
on:
  pull_request: {}
permissions: {}
concurrency:
  group: example-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  example:
    name: Example
    if: github.event.pull_request.user.login == 'dependabot[bot]'
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
      - name: Say hello
        run: echo hello
`,
  },
  check: (workflow, report) => {
    if (!["pull_request", "pull_request_target", "workflow_run"].some(event => workflow.trigger(event))) return;
    const look = (condition: Node | undefined): void => {
      for (const { tree, reads, place } of condition?.expressions ?? []) {
        if (!tree || reads.some(({ path }) => AUTHORS.test(path.join(".")))) continue;
        for (const actor of trusted(tree)) report(place, `\`${actor}\` is whoever acted last, not who wrote the code`);
      }
    };
    for (const job of workflow.jobs) {
      look(job.if);
      for (const step of job.steps) look(step.if);
    }
  },
});

const ACTORS = /^github\.(?:actor|actor_id|triggering_actor|event\.(?:pull_request\.)?sender\.(?:login|id))$/;

/** The other half of a sound condition. */
const AUTHORS = /^github\.event\.(?:pull_request\.user|workflow_run\.head_repository)\b/;

/** The numbers of Dependabot and Renovate, which have no `[bot]` at the end. */
const BOTS: ReadonlySet<string> = new Set(["29110", "49699333", "27856297", "29139614"]);

/** The actors that a condition wants to be a bot. */
const trusted = (node: Expr): readonly string[] => {
  if (node instanceof Grouping) return trusted(node.group);
  if (node instanceof Logical) return node.args.flatMap(trusted);
  if (!(node instanceof Binary) || node.operator.lexeme !== "==") return [];
  const access = accessOf(node.left) ?? accessOf(node.right);
  const literal = literalText(node.left) ?? literalText(node.right);
  if (!access || literal === undefined || !ACTORS.test(access.path.join("."))) return [];
  return literal.endsWith("[bot]") || BOTS.has(literal) ? [access.text] : [];
};
