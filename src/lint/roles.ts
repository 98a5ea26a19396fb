import type { Place } from "./place.ts";
import type { ShellCommand, Word } from "./script.ts";
import type { Step } from "./workflow.ts";
import { isPython, moduleOf } from "./wrappers.ts";

const resolved = new WeakMap<Step, readonly ShellCommand[]>();

/** The commands of a step's script; the call of a function that hands on its arguments counts as what the function calls. */
export const commandsIn = (step: Step): readonly ShellCommand[] => {
  let commands = resolved.get(step);
  if (!commands) {
    const written = step.script?.commands ?? [];
    const handing = written.filter(({ inFunction, args }) => inFunction !== undefined && args.some(isAllArguments));
    commands =
      handing.length === 0
        ? written
        : written.flatMap(call => [
            call,
            ...handing
              .filter(({ inFunction }) => inFunction === call.name && call.inFunction !== call.name)
              .map(inner => ({
                ...call,
                name: inner.name,
                program: inner.program,
                args: inner.args.flatMap(word => (isAllArguments(word) ? call.args : [word])),
                tolerated: call.tolerated || inner.tolerated,
              })),
          ]);
    resolved.set(step, commands);
  }
  return commands;
};

const isAllArguments = ({ text }: Word): boolean => /^(?:"\$@"|\$@|"?\$\{@\}"?)$/.test(text);

/** The known words in front of a command's options: `["ecs", "update-service"]` of `aws --region x ecs update-service …`. */
const startsWith = ({ args }: ShellCommand, words: readonly string[]): boolean => {
  const known = args.map(({ value }) => value);
  const from = known.indexOf(words[0]);
  return from >= 0 && words.every((word, index) => known[from + index] === word);
};

export const runs = (command: ShellCommand, program: string, ...words: readonly string[]): boolean =>
  command.name === program && (words.length === 0 || startsWith(command, words));

/** The step's commands that are called as `program words…`. */
export const commandsOf = (step: Step, program: string, ...words: readonly string[]): readonly ShellCommand[] =>
  commandsIn(step).filter(command => runs(command, program, ...words));

export const usesAction = (step: Step, ...actions: readonly string[]): boolean =>
  step.uses?.action !== undefined && actions.includes(step.uses.action);

export const hasFlag = (command: ShellCommand, ...flags: readonly string[]): boolean =>
  command.args.some(({ start }) => flags.some(flag => start === flag || start.startsWith(`${flag}=`)));

/** The value of a command's flag, given as the next word or behind `=`. */
const flagValue = ({ args }: ShellCommand, flag: string): Word | undefined => {
  const index = args.findIndex(({ start }) => start === flag || start.startsWith(`${flag}=`));
  const word = args[index];
  if (!word || word.value === flag) return args[index + 1];
  return { ...word, value: word.value?.slice(flag.length + 1), start: word.start.slice(flag.length + 1) };
};

/** A module or a script of the project that a step runs with Python. */
export interface PythonCall {
  readonly command: ShellCommand;
  readonly word: Word;
  readonly args: readonly Word[];
}

/** The calls of a module in a step, by its last names: `auto_promote`, `monitoring.production`; also as a script by its path. */
export const pythonCalls = (step: Step, ...modules: readonly string[]): readonly PythonCall[] =>
  commandsIn(step).flatMap(command => {
    const called = isPython(command.name) ? moduleOf(command.args) : undefined;
    if (!called) return [];
    const name = called.kind === "module" ? called.name : called.name.replace(/\.py$/, "").replaceAll("/", ".");
    const isCalled = modules.some(module => `.${name}`.endsWith(`.${module}`));
    return isCalled ? [{ command, word: called.word, args: called.args }] : [];
  });

/** The calls of `dvc repro` that name one of the stages. */
export const stageRuns = (step: Step, ...stages: readonly string[]): readonly ShellCommand[] =>
  commandsOf(step, "dvc", "repro").filter(({ args }) => args.some(({ value }) => stages.includes(value ?? "")));

/** Whether it changes what an ECS service runs. Without a service, the action only registers a task definition. */
export const deploysToEcs = (step: Step): boolean =>
  (usesAction(step, "aws-actions/amazon-ecs-deploy-task-definition") && step.input("service") !== undefined) ||
  commandsOf(step, "aws", "ecs", "deploy").length > 0 ||
  commandsOf(step, "aws", "ecs", "update-service").some(command =>
    hasFlag(command, "--task-definition", "--force-new-deployment"),
  );

/** Whether it changes what users are served, wherever that is. */
export const deploys = (step: Step): boolean =>
  deploysToEcs(step) ||
  usesAction(
    step,
    ...["azure/webapps-deploy", "google-github-actions/deploy-cloudrun", "actions/deploy-pages", "azure/k8s-deploy"],
  ) ||
  [
    ["kubectl", "apply"],
    ["kubectl", "rollout"],
    ["helm", "upgrade"],
    ["helm", "install"],
    ["terraform", "apply"],
    ["gcloud", "run", "deploy"],
    ["aws", "lambda", "update-function-code"],
    ["aws", "cloudformation", "deploy"],
    ["flyctl", "deploy"],
    ["fly", "deploy"],
  ].some(([program = "", ...words]) => commandsOf(step, program, ...words).length > 0);

/** Whether it puts an image into a registry. */
export const publishesImage = (step: Step): boolean =>
  (usesAction(step, "docker/build-push-action", "docker/bake-action") &&
    step.input("push") !== undefined &&
    step.input("push")?.text !== "false") ||
  commandsOf(step, "docker", "push").length > 0 ||
  commandsOf(step, "docker", "buildx", "build").some(command => hasFlag(command, "--push")) ||
  commandsOf(step, "docker", "build").some(command => hasFlag(command, "--push"));

/** Whether it hands others something to run: an image, a package, a release. */
export const publishes = (step: Step): boolean =>
  publishesImage(step) ||
  usesAction(step, "pypa/gh-action-pypi-publish", "softprops/action-gh-release", "actions/create-release") ||
  commandsOf(step, "twine", "upload").length > 0 ||
  commandsOf(step, "npm", "publish").length > 0 ||
  commandsOf(step, "gh", "release", "create").length > 0;

/** Whether it changes what answers requests: a service, not documentation or infrastructure. */
export const deploysService = (step: Step): boolean =>
  deploys(step) &&
  !usesAction(step, "actions/deploy-pages") &&
  ["terraform", "aws"].every(program => commandsOf(step, program).every(command => !isInfrastructure(command)));

const isInfrastructure = (command: ShellCommand): boolean =>
  runs(command, "terraform") || runs(command, "aws", "cloudformation");

/** Names of what MLflow offers to promote a model, in Python and over HTTP. */
const PROMOTING_CALLS = [
  ...["transition_model_version_stage", "set_registered_model_alias"],
  ...["model-versions/transition-stage", "registered-models/alias"],
];

/** Targets of a promotion that only say that a model is to be looked at. */
const TRIAL = /\b(?:staging|challenger|candidate|shadow|archived|none)\b/i;

/** A command that gives a model version the place from which it is served. */
export interface Promotion {
  readonly step: Step;
  /** The word, or the script, that says it. */
  readonly place: Place;
  readonly name: string;
}

/** What a step promotes to production; a stage or alias for trials does not count. */
export const promotionsOf = (step: Step): readonly Promotion[] => {
  const modules = pythonCalls(step, "auto_promote")
    .filter(({ command }) => !TRIAL.test(flagValue(command, "--stage")?.text ?? ""))
    .map(({ word }) => ({ step, place: word.place, name: word.value ?? word.text }));
  const calls = promotingWords(step).map(({ place, name }) => ({ step, place, name }));
  return [...modules, ...calls];
};

const promotingWords = (step: Step): readonly { readonly place: Place; readonly name: string }[] => {
  const { run, script } = step;
  if (!run || !PROMOTING_CALLS.some(name => run.text.includes(name))) return [];
  const words = script
    ? commandsIn(step)
        .filter(({ name }) => isPython(name) || name === "curl")
        .flatMap(({ args, redirects }) => [...args, ...redirects.flatMap(({ target }) => target ?? [])])
    : /^python\b/.test(step.shell ?? "")
      ? [{ text: run.text, place: run.place }]
      : [];
  return words.flatMap(({ text, place }) => {
    const name = PROMOTING_CALLS.find(call => text.includes(call));
    const isTrial = TRIAL.test(text) && !/production|champion/i.test(text);
    return name === undefined || isTrial ? [] : [{ place, name }];
  });
};

/** A check of data or model that fails the job. */
export interface Gate {
  readonly step: Step;
  readonly place: Place;
  readonly name: string;
  readonly kind: "freshness" | "validation" | "canary";
}

const gateModules = {
  freshness: ["data_freshness"],
  validation: ["post_training"],
  canary: ["canary_validation"],
} as const;

/** The gates of a step; one that cannot fail the job is none. */
export const gatesOf = (step: Step): readonly Gate[] => {
  if (step.node.get("continue-on-error")?.literal === "true") return [];
  const calls = (Object.keys(gateModules) as (keyof typeof gateModules)[]).flatMap(kind =>
    pythonCalls(step, ...gateModules[kind])
      .filter(({ command }) => !command.tolerated && (kind !== "freshness" || hasFlag(command, "--fail-on-stale")))
      .map(({ word }) => ({ step, place: word.place, name: word.value ?? word.text, kind })),
  );
  const stages = stageRuns(step, "validate_model", "canary_validation")
    .filter(({ tolerated }) => !tolerated)
    .flatMap(({ args }) => args.filter(({ value }) => ["validate_model", "canary_validation"].includes(value ?? "")))
    .map(({ place, value = "" }) => ({
      step,
      place,
      name: value,
      kind: value === "validate_model" ? ("validation" as const) : ("canary" as const),
    }));
  return [...calls, ...stages];
};
