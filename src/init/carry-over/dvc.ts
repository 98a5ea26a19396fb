import type { CommandLine } from "../../lint/invocations.ts";
import { commandLine, hasFlag } from "../../lint/invocations.ts";
import type { Word } from "../../lint/script.ts";
import type { CommandUse } from "./commands.ts";
import { commandsOf } from "./commands.ts";
import { reproduces } from "./kinds.ts";
import type { Landmark } from "./ledger.ts";
import { shown } from "./ledger.ts";
import type { Context } from "./readers.ts";
import type { RoleRun, RunStep } from "./run.ts";
import { spotOf } from "./run.ts";
import { configValue, textIn, wordValue } from "./values.ts";
import { stepVariables } from "./variables.ts";

const landmarks: Readonly<Record<RoleRun["role"], (step: "pull" | "remote" | "repro" | "push") => Landmark>> = {
  ci: () => ({ workflow: "ci", job: "quality", step: "dvc" }),
  cd: step => ({
    workflow: "cd",
    job: "train",
    step: { pull: "pull", remote: "dvc-remote", repro: "train", push: "train" }[step],
  }),
  nightly: step => ({
    workflow: "nightly",
    job: "refresh",
    step: { pull: "pull", remote: "dvc-remote", repro: "refresh", push: "refresh" }[step],
  }),
};

/** The stages that are run, and where the data comes from. */
export const readDvc = (context: Context): void => {
  const { roles } = context;
  const targets = { ci: readRole("ci"), cd: readRole("cd"), nightly: readRole("nightly") };
  carryStages(targets, context);

  function readRole(role: RoleRun["role"]): readonly Target[] {
    const steps = roles[role]?.steps ?? [];
    return steps.flatMap(run => {
      if (role !== "ci") readCredentials(run, context);
      return commandsOf(run).flatMap(use => readCommand(use, role, context));
    });
  }
};

interface Target {
  readonly stage: string;
  readonly use: CommandUse;
  readonly word: Word;
}

const readCommand = (use: CommandUse, role: RoleRun["role"], context: Context): readonly Target[] => {
  const { ledger } = context;
  const line = use.command.name === "dvc" ? commandLine(use.at.step, use.command) : undefined;
  if (!line || ledger.isAccounted(use.command)) return [];
  const at = landmarks[role];
  if (reproduces(use)) {
    ledger.account(use.command, at("repro"));
    return targetsOf(use, line, context);
  }
  switch (line.name) {
    case "dvc pull":
    case "dvc fetch":
    case "dvc checkout":
      ledger.account(use.command, at("pull"));
      return [];
    case "dvc push":
      ledger.account(use.command, at("push"));
      if (role === "cd") ledger.carry(["dvc", "push"], true, use.spot);
      else
        ledger.lose(
          use.spot,
          "results are pushed to the DVC remote here",
          "only cd pushes, with `dvc.push`: what is made elsewhere is made again there",
        );
      return [];
    case "dvc remote add":
    case "dvc remote modify":
    case "dvc remote default":
      ledger.account(use.command, at("remote"));
      readRemote(use, line, context);
      return [];
    default:
      return [];
  }
};

const targetsOf = (use: CommandUse, line: CommandLine, { ledger }: Context): readonly Target[] => {
  const faults = use.at.file.faults;
  if (line.operands.length === 0 && !hasFlag(line, "--dry") && !faults.within(use.command.place))
    ledger.lose(
      use.spot,
      `\`${line.name}\` without a stage runs all there are`,
      "name the last ones in `dvc.stages.train` and `dvc.stages.drift`: what they need runs too",
    );
  return line.operands.flatMap(word => {
    const value = wordValue(word, use.at);
    const text = textIn(value);
    if (text === undefined) {
      ledger.lose(
        use.spot,
        `which stage \`${word.text}\` is, is only known at run time`,
        "name it in `dvc.stages`; nightly can be started by hand for other stages, with its input `stages`",
      );
      return [];
    }
    if (faults.within(word.place)) return [];
    return text
      .split(/\s+/)
      .filter(Boolean)
      .map(stage => ({ stage, use, word }));
  });
};

const isDrift = (stage: string): boolean => /drift|monitor/i.test(stage.slice(stage.lastIndexOf(":") + 1));

const carryStages = (
  { ci, cd, nightly }: Readonly<Record<RoleRun["role"], readonly Target[]>>,
  { ledger }: Context,
): void => {
  const trains = (targets: readonly Target[]) => targets.filter(({ stage }) => !isDrift(stage));
  const [trained] = [cd, nightly, ci].map(trains).filter(targets => targets.length > 0);
  const drifted = [...cd, ...nightly, ...ci].filter(({ stage }) => isDrift(stage));
  for (const [field, targets] of [["train", trained ?? []] as const, ["drift", drifted] as const]) {
    const names = [...new Set(targets.map(({ stage }) => stage))];
    const [first] = targets;
    if (first)
      ledger.carry(["dvc", "stages", field], names.length === 1 ? names[0] : names, spotOf(first.use.at, first.word));
  }
  const known = new Set((trained ?? []).map(({ stage }) => stage));
  for (const { stage, use, word } of trains(nightly))
    if (!known.has(stage))
      ledger.lose(
        spotOf(use.at, word),
        `the stage ${shown(stage)} runs at night only`,
        "cd and nightly run the same stages: add it to `dvc.stages.train` or `dvc.stages.drift`, or run it with `extend.nightly.refresh.after.refresh`",
      );
};

/** Settings of a remote that say who asks. */
const CREDENTIAL =
  /^(?:access_key_id|secret_access_key|session_token|sas_token|account_key|connection_string|password|user|credentialpath|keyfile|gdrive_\w+|profile|ask_password|custom_auth_header|auth|token)$/;

const readRemote = (use: CommandUse, { name, operands }: CommandLine, { ledger }: Context): void => {
  const [remote, second, third] = operands;
  const isAdded = name === "dvc remote add";
  const key = isAdded ? "url" : second?.value;
  const word = isAdded ? second : third;
  if (name === "dvc remote default" || !word || key === undefined) return;
  const value = configValue(wordValue(word, use.at));
  if (key === "url") {
    if (value === undefined)
      ledger.lose(
        use.spot,
        `the address of the DVC remote, \`${word.text}\`, is only known at run time`,
        "name it, or the secret that holds it, in `dvc.remote.url`",
      );
    else {
      ledger.carry(["dvc", "remote", "url"], value, spotOf(use.at, word));
      if (remote?.value !== undefined) ledger.carry(["dvc", "remote", "name"], remote.value, spotOf(use.at, remote));
    }
    return;
  }
  const isCredential = CREDENTIAL.test(key);
  ledger.lose(
    use.spot,
    `the DVC remote is given its \`${key}\`${value === undefined ? "" : `, ${shown(value)}`}`,
    isCredential
      ? "put all credentials into one secret of lines NAME=value, such as AWS_ACCESS_KEY_ID=…, and name it in `dvc.remote.credentials`"
      : "set it in `.dvc/config`, which the workflows read too",
  );
};

/** Variables by which DVC's plugins learn who asks. */
const AMBIENT =
  /^(?:AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)|AZURE_STORAGE_\w+|GOOGLE_APPLICATION_CREDENTIALS\w*|GDRIVE_\w+)$/;

const readCredentials = (run: RunStep, { ledger }: Context): void => {
  const usesDvc = commandsOf(run).some(
    ({ command: { name, args } }) =>
      name === "dvc" && ["pull", "push", "fetch", "repro"].includes(args[0]?.value ?? ""),
  );
  for (const { entry, value, spot, isOfStep } of stepVariables(run)) {
    if (value.kind !== "secret") continue;
    if (/DVC\w*(?:CRED|KEY|AUTH)/i.test(`${entry.key} ${value.name}`)) {
      entry.isUsed();
      ledger.carry(["dvc", "remote", "credentials"], { secret: value.name }, spot);
    } else if (/^DVC\w*(?:URL|REMOTE)$/i.test(entry.key)) entry.isUsed();
    else if (usesDvc && AMBIENT.test(entry.key) && isOfStep) {
      entry.isUsed();
      ledger.lose(
        spot,
        `DVC is given \`${entry.key}\` from the secret \`${value.name}\``,
        "put all credentials of the remote into one secret of lines NAME=value and name it in `dvc.remote.credentials`",
      );
    }
  }
};
