import type { Expr } from "@actions/expressions/ast";
import { FunctionCall } from "@actions/expressions/ast";
import { isTolerated } from "../../lint/delivery.ts";
import { children, literalText } from "../../lint/expression.ts";
import type { CommandUse } from "./commands.ts";
import { commandsOf, lineOf } from "./commands.ts";
import { optionOf } from "./freshness.ts";
import { promotes } from "./kinds.ts";
import { isMlflowVariable } from "./mlflow.ts";
import { underRoot } from "./paths.ts";
import type { Context } from "./readers.ts";
import type { RunStep } from "./run.ts";
import { spotOf } from "./run.ts";
import { textIn, wordValue } from "./values.ts";

/** The promotion of a model in the registry, and what must hold for it. */
export const readPromotion = (context: Context): void => {
  const { roles, ledger, root } = context;
  for (const run of [...(roles.cd?.steps ?? []), ...(roles.nightly?.steps ?? [])])
    for (const use of commandsOf(run)) {
      if (!promotes(use)) continue;
      ledger.account(use.command, { workflow: "cd", job: "promote", step: "promote" });
      readConditions(run, use, context);
      if (run.file.faults.within(use.command.place)) continue;
      const line = lineOf(use, root, isMlflowVariable);
      if ("problem" in line) {
        ledger.lose(
          use.spot,
          `the promotion is not taken over: ${line.problem}`,
          "write it on one line in `promote.command`",
        );
        continue;
      }
      ledger.carry(["promote", "command"], line.text, use.spot);
      const log = optionOf(use, "--transition-log");
      const path = log && textIn(wordValue(log.value, run));
      if (log && path !== undefined)
        ledger.carry(["promote", "evidence"], underRoot(path, root), spotOf(run, log.value));
      if (isTolerated(run.step) || use.command.tolerated)
        ledger.lose(
          use.spot,
          "a promotion that fails is ignored here",
          "in the generated workflow its failure fails the job `promote`, and rolls nothing back",
        );
    }
};

/** Files without which there is no promotion, and reports that must say that all is well. */
const readConditions = (run: RunStep, use: CommandUse, { ledger, root }: Context): void => {
  const conditions = [run.step.if, run.job.job.if];
  for (const node of conditions)
    for (const { tree } of node?.expressions ?? []) {
      const [file] = tree ? hashed(tree) : [];
      if (node && file !== undefined)
        ledger.carry(["promote", "when", "exists"], underRoot(file, root), spotOf(run, node));
    }
  const before = run.job.steps.slice(0, run.job.steps.indexOf(run) + 1).flatMap(commandsOf);
  for (const other of before) {
    const { command } = other;
    const words = command.args.map(({ value }) => value);
    if (command.name === "jq" && /passed/.test(command.args.map(({ text }) => text).join(" "))) {
      const report = words.findLast(word => word?.endsWith(".json"));
      if (report !== undefined) {
        ledger.account(command, { workflow: "cd", job: "train", step: "gate" });
        ledger.carry(["promote", "when", "passed"], underRoot(report, root), other.spot);
      }
    }
    const isTest = command.name === "[" || command.name === "test" || command.name === "[[";
    const file = isTest && (words[0] === "-f" || words[0] === "-s") ? words[1] : undefined;
    if (other.at === use.at && file !== undefined)
      ledger.carry(["promote", "when", "exists"], underRoot(file, root), other.spot);
  }
};

const hashed = (node: Expr): readonly string[] =>
  node instanceof FunctionCall && node.functionName.lexeme.toLowerCase() === "hashfiles"
    ? node.args.flatMap(arg => literalText(arg) ?? [])
    : children(node).flatMap(hashed);
