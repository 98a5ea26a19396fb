import type { CommandLine } from "./invocations.ts";
import { commandLines, flagValue } from "./invocations.ts";
import type { Step } from "./workflow.ts";
import { folderOf, isTrueUntil, repositoryPath } from "./workspace.ts";

/** The folder of the repository that a dvc command works in; absent where it is not certain. */
export const dvcFolder = (line: CommandLine): string | undefined => {
  const folder = folderOf(line.step, line.command);
  const cd = flagValue(line, "--cd");
  if (folder === undefined || cd === undefined) return folder;
  return cd.value?.value === undefined ? undefined : repositoryPath(folder, cd.value.value);
};

/** Whether stages or `.dvc` files may come to be on the way, so that those of the repository are not all. */
export const mayChangeDvcProject = (step: Step): boolean => isTrueUntil(step, changesDvcProject);

const changesDvcProject = (other: Step): boolean =>
  other.uses?.kind === "local" ||
  (other.script?.commands ?? []).some(
    ({ name, args, redirects }) =>
      (name === "git" && args.some(({ value }) => value !== undefined && GIT_CHANGING.has(value))) ||
      redirects.some(
        ({ operator, target }) => operator.startsWith(">") && /dvc\.yaml|\.dvc$/.test(target?.start ?? ""),
      ),
  ) ||
  commandLines(other).some(({ invocation: { program, subcommand } }) => {
    const [first = "", second = ""] = program === "dvc" ? subcommand : [];
    return DVC_CHANGING.has(first) || (first === "exp" && ["apply", "branch", "pull"].includes(second));
  });

const GIT_CHANGING: ReadonlySet<string> = new Set([
  "apply",
  "checkout",
  "clone",
  "merge",
  "pull",
  "restore",
  "submodule",
  "switch",
]);

const DVC_CHANGING: ReadonlySet<string> = new Set([
  "add",
  "import",
  "import-db",
  "import-url",
  "init",
  "move",
  "stage",
]);
