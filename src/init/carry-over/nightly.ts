import type { CommandUse } from "./commands.ts";
import { commandsOf, lineOf } from "./commands.ts";
import { monitors, reproduces } from "./kinds.ts";
import { isMlflowVariable } from "./mlflow.ts";
import { underRoot } from "./paths.ts";
import type { Context } from "./readers.ts";
import type { RunStep } from "./run.ts";

const isProvided = (name: string): boolean => isMlflowVariable(name) || /^AWS_/.test(name);

/** The monitoring of production. */
export const readMonitoring = ({ roles, ledger, root }: Context): void => {
  for (const run of roles.nightly?.steps ?? [])
    for (const use of commandsOf(run)) {
      if (!monitors(use) || ledger.isAccounted(use.command)) continue;
      ledger.account(use.command, { workflow: "nightly", job: "refresh", step: "monitor" });
      const { faults } = run.file;
      // A retraining whatever the drift is no part of the monitoring.
      const unwanted = use.command.args.filter(({ value }) => value === "--auto-retrain");
      const others = faults.all.filter(({ rule }) => rule !== "pipeline/retrain-regardless-of-drift");
      const line = lineOf(use, root, isProvided, unwanted);
      if ("problem" in line) {
        ledger.lose(
          use.spot,
          `the monitoring of production is not taken over: ${line.problem}`,
          "add a step with `name`, `run` and `env` after the stages with `extend.nightly.refresh.after.refresh`",
        );
        continue;
      }
      const isFaulty = others.includes(faults.within(use.command.place) as (typeof others)[number]);
      if (!isFaulty) ledger.carry(["nightly", "monitor", "command"], line.text, use.spot);
    }
};

const ABOUT = /retrain|drift/i;

/** The reaction to drift: what runs only when something says so. */
export const readRetraining = (context: Context): void => {
  const { roles, ledger, root } = context;
  for (const run of roles.nightly?.steps ?? []) {
    if (!isReaction(run)) continue;
    for (const use of commandsOf(run)) {
      if (ledger.isAccounted(use.command)) continue;
      const { command } = use;
      const dispatches =
        command.name === "gh" && command.args[0]?.value === "workflow" && command.args[1]?.value === "run";
      if (dispatches) {
        ledger.account(command, { workflow: "nightly", job: "retrain", step: "dispatch" });
        ledger.carry(["nightly", "retrain", "mode"], "dispatch", use.spot);
      } else if (reproduces(use) && (command.conditional || isConditional(run))) {
        ledger.account(command, { workflow: "nightly", job: "retrain", step: "retrain" });
        const line = run.file.faults.within(command.place) ? undefined : lineOf(use, root, isMlflowVariable);
        if (line && "problem" in line)
          ledger.lose(
            use.spot,
            `the retraining is not taken over: ${line.problem}`,
            "write it on one line in `nightly.retrain.command`",
          );
        else if (line) ledger.carry(["nightly", "retrain", "command"], line.text, use.spot);
      }
    }
  }
  for (const run of roles.nightly?.steps ?? []) for (const use of commandsOf(run)) readDecision(use, context);
};

const isReaction = ({ step, job }: RunStep): boolean =>
  [step.name?.text, step.id, step.if?.text, job.job.name?.text, job.job.id, job.job.if?.text, step.run?.text].some(
    text => ABOUT.test(text ?? ""),
  );

/** Whether a value of an earlier step or job decides that it runs. */
const isConditional = ({ step, job }: RunStep): boolean =>
  [step.if, job.job.if].some(node =>
    node?.expressions.some(({ reads }) =>
      reads.some(({ path }) => path[0] === "steps" || path[0] === "needs" || path[0] === "env"),
    ),
  );

/** Where the decision is read from, and from which share of drifted columns on. */
const readDecision = (use: CommandUse, { ledger, root }: Context): void => {
  const { command } = use;
  if (command.name !== "jq") return;
  const files = command.args.flatMap(({ value }) => (value?.endsWith(".json") ? [value] : []));
  const about = (pattern: RegExp) => files.find(file => pattern.test(file));
  const trigger = about(/trigger/i);
  const report = about(/drift_report/i);
  const [, share] =
    /share\w*[^<>]*>=?\s*(\d*\.?\d+)/.exec(command.args.map(({ value }) => value ?? "").join(" ")) ?? [];
  if (trigger !== undefined) ledger.carry(["nightly", "retrain", "trigger"], underRoot(trigger, root), use.spot);
  if (report !== undefined) ledger.carry(["nightly", "retrain", "report"], underRoot(report, root), use.spot);
  if (share !== undefined) ledger.carry(["nightly", "retrain", "threshold"], Number(share), use.spot);
  if (trigger !== undefined || report !== undefined || share !== undefined)
    ledger.account(command, { workflow: "nightly", job: "refresh", step: "decision" });
};
