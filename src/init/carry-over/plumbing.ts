import { runs } from "../../lint/roles.ts";
import type { CommandUse } from "./commands.ts";
import type { RunStep } from "./run.ts";

/** Actions whose work the generated workflows do anyway, or do not need. */
const ACTIONS: ReadonlySet<string> = new Set([
  ...["actions/checkout", "actions/setup-python", "actions/cache", "actions/cache/restore", "actions/cache/save"],
  ...["actions/download-artifact", "docker/login-action", "docker/setup-buildx-action", "docker/setup-qemu-action"],
  ...[
    "docker/metadata-action",
    "aws-actions/configure-aws-credentials",
    "aws-actions/amazon-ecs-render-task-definition",
  ],
  ...[
    "astral-sh/setup-uv",
    "snok/install-poetry",
    "iterative/setup-dvc",
    "abatilo/actions-poetry",
    "iterative/setup-cml",
  ],
  ...[
    "aws-actions/amazon-ecr-login",
    "step-security/harden-runner",
    "actions/attest-build-provenance",
    "actions/attest",
  ],
]);

export const isPlumbingAction = ({ step }: RunStep): boolean =>
  step.uses?.action !== undefined && ACTIONS.has(step.uses.action);

/** Commands that prepare, ask or tell, and leave nothing behind that counts. */
const COMMANDS: ReadonlySet<string> = new Set([
  ...[
    "set",
    "shopt",
    "echo",
    "printf",
    "true",
    ":",
    "exit",
    "export",
    "cat",
    "ls",
    "pwd",
    "date",
    "env",
    "whoami",
    "df",
  ],
  ...[
    "mkdir",
    "test",
    "[",
    "[[",
    "sleep",
    "which",
    "command",
    "type",
    "trap",
    "local",
    "read",
    "unset",
    "declare",
    "free",
  ],
  ...["cd", "pushd", "popd", "base64", "chmod", "head", "tail", "sort", "tee", "nvidia-smi", "return", "shift", "wait"],
]);

export const isPlumbing = (use: CommandUse): boolean => {
  const { command } = use;
  const { name, args } = command;
  if (name === undefined) return false;
  if (COMMANDS.has(name)) return true;
  if (args.some(({ value }) => value === "--version") && args.length <= 2) return true;
  return (
    ["config", "fetch", "rev-parse", "status", "log", "describe", "branch"].some(word => runs(command, "git", word)) ||
    (name === "git" && args[0]?.value === "diff" && !args.some(({ value }) => value === "--exit-code")) ||
    runs(command, "docker", "login") ||
    runs(command, "aws", "sts") ||
    runs(command, "aws", "ecr", "get-login-password") ||
    runs(command, "docker", "buildx", "create") ||
    ["metrics", "status", "version", "doctor", "dag"].some(word => name === "dvc" && args[0]?.value === word)
  );
};
