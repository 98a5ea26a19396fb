import type { RepositoryContents } from "../../../repository/contents.ts";
import { dvcConfig } from "../../../repository/dvc/config.ts";
import { extraFor } from "../../../repository/dvc/plugins.ts";
import { dvcFolder } from "../../dvc-project.ts";
import type { CommandLine } from "../../invocations.ts";
import { allCommandLines, commandLines, flagValue } from "../../invocations.ts";
import { defineRule } from "../../rule.ts";
import type { ShellCommand, Word } from "../../script.ts";
import type { Step } from "../../workflow.ts";
import { earlier, folderOf, repositoryPath } from "../../workspace.ts";
import { jobInClone } from "./example-job.ts";

export const dvcWithoutExtra = defineRule({
  id: "pipeline/dvc-without-extra",
  severity: "error",
  summary: "DVC is installed without the extra that its remote needs.",
  why: "DVC ends with `s3 is supported, but requires 'dvc-s3' to be installed`: the data is neither pulled nor pushed.",
  hint: "install the extra with it: `pip install 'dvc[s3]'`",
  reference: "https://doc.dvc.org/install/linux#install-with-pip",
  examples: {
    kind: "job",
    bad: jobInClone("- name: Pull the data\n  run: |\n    pip install dvc\n    dvc pull\n"),
    good: jobInClone("- name: Pull the data\n  run: |\n    pip install 'dvc[s3]'\n    dvc pull\n"),
  },
  check: (workflow, report, { repository }) => {
    if (!repository) return;
    for (const line of allCommandLines(workflow)) {
      if (!["dvc pull", "dvc push", "dvc fetch"].includes(line.name)) continue;
      const installed = installation(line.step, repository);
      if (installed === undefined) continue;
      const url = remoteUrl(line, repository);
      const needed = extraFor(url);
      if (!needed) continue;
      const { scheme, extra } = needed;
      if (installed.extras.has(extra) || installed.extras.has("all")) continue;
      report(
        installed.word.place,
        `the remote of \`${line.name}\` in line ${line.command.place.line} is ${scheme}://, which needs \`dvc[${extra}]\``,
        {
          hint: `install the extra with it: \`dvc[${extra}]\``,
        },
      );
    }
  },
});

interface Installation {
  readonly word: Word;
  readonly extras: ReadonlySet<string>;
}

/** How DVC was installed before a step; absent where it was not, or something else may have brought more of it. */
const installation = (step: Step, repository: RepositoryContents): Installation | undefined => {
  let word: Word | undefined;
  const extras = new Set<string>();
  for (const other of [...earlier(step), step]) {
    const packages = installedBy(other, repository);
    if (packages === "unknown") return undefined;
    for (const { name, by } of packages) {
      const [, own, brackets] = /^(dvc(?:[-_]\w+)?)(?:\[([^\]]*)\])?(?![\w.-])/i.exec(name) ?? [];
      if (own?.toLowerCase() === "dvc") word = by;
      else if (own) extras.add(own.slice(4).toLowerCase());
      for (const extra of brackets?.split(",") ?? []) extras.add(extra.trim().toLowerCase());
    }
  }
  return word && { word, extras };
};

type Packages = "unknown" | readonly InstalledPackage[];

const known = new WeakMap<Step, Packages>();

const installedBy = (step: Step, repository: RepositoryContents): Packages => {
  let packages = known.get(step);
  if (!packages) {
    const isSeen = step.uses ? step.uses.kind !== "local" : !step.run || step.script !== undefined;
    const each = (step.script?.commands ?? []).map(command => installedPackages(step, command, repository));
    packages = !isSeen || each.includes("unknown") ? "unknown" : each.flatMap(list => (list === "unknown" ? [] : list));
    known.set(step, packages);
  }
  return packages;
};

interface InstalledPackage {
  readonly name: string;
  readonly by: Word;
}

const installedPackages = (step: Step, command: ShellCommand, repository: RepositoryContents): Packages => {
  const { name, args } = command;
  const words = name === "uv" && args[0]?.value === "pip" ? args.slice(1) : args;
  if (
    ["conda", "mamba", "poetry", "pdm", "pipenv", "hatch", "pixi", "make", "bash", "sh", "source", "."].includes(
      name ?? "",
    )
  )
    return "unknown";
  if (name === "uv" && ["sync", "run", "add", "tool"].includes(args[0]?.value ?? "")) return "unknown";
  if (!["pip", "pip3", "pipx", "uv"].includes(name ?? "") || words[0]?.value !== "install") return [];
  const found: InstalledPackage[] = [];
  for (let index = 1; index < words.length; index += 1) {
    const word = words[index] as Word;
    const { value } = word;
    if (value === undefined) return "unknown";
    if (value === "-r" || value === "--requirement") {
      index += 1;
      const file = words[index];
      const lines = file && requirements(step, command, file.value, repository);
      if (!lines) return "unknown";
      found.push(...lines.map(line => ({ name: line, by: file })));
    } else if (value === "-e" || value === "--editable" || /^\.|^\/|\/|\.whl$/.test(value)) {
      // A project of its own brings what it depends on, unless that is switched off.
      if (!words.some(other => other.value === "--no-deps")) return "unknown";
    } else if (!value.startsWith("-")) found.push({ name: value, by: word });
  }
  return found;
};

const requirements = (
  step: Step,
  command: ShellCommand,
  file: string | undefined,
  repository: RepositoryContents,
): readonly string[] | undefined => {
  const folder = folderOf(step, command);
  const path = folder === undefined || file === undefined ? undefined : repositoryPath(folder, file);
  const lines =
    path === undefined
      ? undefined
      : repository
          .text(path)
          ?.split(/\r?\n/)
          .map(line => line.trim());
  return lines?.some(line => line.startsWith("-r") || line.startsWith("--requirement") || /^(?:-e|\.)/.test(line))
    ? undefined
    : lines;
};

/** The address of the remote that a command uses. */
const remoteUrl = (line: CommandLine, repository: RepositoryContents): string | undefined => {
  const folder = dvcFolder(line);
  const config = folder === undefined ? undefined : dvcConfig(repository, folder);
  const remotes = new Map(config?.remotes);
  let name = config?.defaultRemote;
  for (const step of [...earlier(line.step), line.step])
    for (const other of commandLines(step)) {
      const [remote, url] = other.operands.map(({ value }) => value);
      if (other.name === "dvc remote default") name = remote;
      if (other.name !== "dvc remote add" || remote === undefined) continue;
      remotes.set(remote, url ?? "");
      if (other.invocation.flags.has("--default")) name = remote;
    }
  const named = flagValue(line, "--remote");
  if (named) name = named.value?.value;
  return name === undefined ? undefined : remotes.get(name);
};
