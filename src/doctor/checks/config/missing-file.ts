import { posix } from "node:path";
import { closest } from "../../../diagnostics/closest.ts";
import type { ShellCommand, Word } from "../../../lint/script.ts";
import type { RepositoryContents } from "../../../repository/contents.ts";
import { trackedOutputs } from "../../../repository/dvc/outputs.ts";
import { isIn } from "../../../repository/dvc/paths.ts";
import { pipelineAround } from "../../../repository/dvc/stages.ts";
import { defineCheck } from "../../check.ts";
import type { CommandUse } from "../../commands.ts";
import { pythonOf } from "../../commands.ts";
import { isBehindLink } from "../../places.ts";

export const missingFile = defineCheck({
  id: "repository/missing-file",
  severity: "error",
  summary: "A command names a file or folder that the repository does not have, and that nothing makes.",
  why: "The program ends with an error as soon as it looks for it.",
  hint: "name a file that is there, or add it to the repository",
  examples: {
    bad: {
      "pipeline.config.yaml": "freshness: { command: python -m demo.freshness --config configs/baseline.yaml }\n",
    },
    good: { "pipeline.config.yaml": "freshness: { command: python -m demo.freshness }\n" },
    besides: ["repository/unknown-option"],
  },
  check: ({ commands, repository, pipeline }, report) => {
    const made = trackedOutputs(repository);
    const outs = new Set(
      pipelineAround(repository, posix.join(pipeline.root, "dvc.yaml")).stages.flatMap(stage =>
        stage.outs.map(({ path }) => path),
      ),
    );
    for (const use of commands) {
      // A command before it, or a change of folder, may have made it.
      if (use.commands.some(({ name, redirects }) => name === undefined || MAKING.has(name) || redirects.length > 0))
        continue;
      for (const command of use.commands) {
        for (const word of sourcesIn(command)) {
          const path = posix.join(use.folder, word.value ?? "").replace(/\/$/, "");
          if (path.startsWith("..") || repository.has(path) || isIn(path, made) || isIn(path, outs)) continue;
          if (isBehindLink(repository, path)) continue;
          report(use.spot, `${use.title} names \`${word.value}\`, which is not in the repository`, {
            hint: hintFor(repository, use, path),
          });
        }
      }
    }
  },
});

/** Commands after which other files, or another folder, may be there. */
const MAKING: ReadonlySet<string> = new Set([
  "cd",
  "pushd",
  "cp",
  "mv",
  "touch",
  "mkdir",
  "tar",
  "unzip",
  "curl",
  "wget",
  "git",
]);

/** Words that are certainly a file or folder of the repository that is read. */
const sourcesIn = (command: ShellCommand): readonly Word[] => {
  const python = pythonOf(command);
  if (python?.kind === "script") return [scriptWord(command), ...configFiles(python.args)].filter(isPath);
  if (python?.name === "compileall") return operands(python.args).filter(isPath);
  if (python) return configFiles(python.args).filter(isPath);
  if (command.name === "bash" || command.name === "sh")
    return command.args.slice(0, 1).filter(word => isPath(word) && word.value?.endsWith(".sh"));
  if (command.name === "bandit") return operands(command.args).filter(isPath);
  if (command.name === "pytest") return operands(command.args).filter(isPath);
  if (command.name === "ruff") return operands(command.args.slice(1)).filter(isPath);
  return [];
};

const scriptWord = ({ args }: ShellCommand): Word =>
  args.find(({ value }) => value?.endsWith(".py")) ?? (args[0] as Word);

/** The value of an option that names a configuration: other options may name what is written. */
const configFiles = (args: readonly Word[]): readonly Word[] =>
  args.flatMap((word, index) => {
    const next = args[index + 1];
    if (/^--(?:config|params|config-file|config-path|settings)$/.test(word.value ?? "") && next) return [next];
    const value = /^--(?:config|params|config-file|config-path|settings)=(.+)$/.exec(word.value ?? "")?.[1];
    return value === undefined ? [] : [{ ...word, value }];
  });

/** Options of the tools that have no value: any other may take the next word. */
const PLAIN = /^(?:-[qrvls]+|--quiet|--verbose|--recursive|--fix|--no-fix|--show-fixes)$/;

const operands = (args: readonly Word[]): readonly Word[] =>
  args.filter(({ value }, index) => {
    if (value === undefined || value.startsWith("-")) return false;
    const before = args[index - 1]?.value;
    return before === undefined || !before.startsWith("-") || PLAIN.test(before);
  });

const isPath = ({ value, splits }: Word): boolean =>
  value !== undefined && !splits && /^[\w./@+-]+$/.test(value) && !value.startsWith("/") && !value.includes("..");

const hintFor = ({ files }: RepositoryContents, { source }: CommandUse, path: string): string => {
  const alike = files.filter(file => posix.extname(file) === posix.extname(path));
  const [only, ...others] = alike.filter(file => posix.dirname(file) === posix.dirname(path));
  const near = closest(path, alike) ?? (others.length === 0 ? only : undefined);
  const where = source.kind === "stage" ? "in dvc.yaml" : "in the config";
  return near === undefined
    ? `name a file that is there ${where}, or add it to the repository`
    : `did you mean \`${near}\`?`;
};
