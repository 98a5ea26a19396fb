import type { RepositoryContents } from "../contents.ts";
import { remembered } from "../remembered.ts";
import type { SourceProblem, Spot } from "../source-problem.ts";
import type { Definition } from "./expand.ts";
import { expand } from "./expand.ts";
import { pathIn } from "./paths.ts";
import { schemaFaults } from "./schema.ts";
import type { Filled, Variables, VariablesFault } from "./template.ts";
import { fillText, hasVariables, NO_VARIABLES, withFile, withVars } from "./template.ts";
import type { Range, Yaml, YamlMap } from "./yaml.ts";
import { readYaml } from "./yaml.ts";

/** A file or folder that a stage reads or writes. */
export interface StagePath {
  /** Relative to the repository; as it is written where it is templated. */
  readonly path: string;
  /** As the file has it. */
  readonly written: string;
  readonly spot: Spot;
  readonly kind: "dep" | "out" | "metric" | "plot";
  /** Whether DVC keeps it; otherwise git may. */
  readonly cache: boolean;
  /** Whether it stays as it is when the stage runs. */
  readonly persist: boolean;
  /** The remote it is kept at, where that is not the default. */
  readonly remote?: string;
  /** Whether its variables could not be put in, or it is outside of the repository: then nothing is known of its path. */
  readonly isTemplated: boolean;
}

/** A command of a stage; where its variables could not be put in, they are still there. */
export interface StageCommand {
  readonly text: string;
  readonly spot: Spot;
  readonly isTemplated: boolean;
}

/** The keys of a parameter file that a stage depends on; without keys, all of it. */
export interface StageParams {
  readonly file: string;
  readonly keys: readonly string[];
}

export interface DvcStage {
  /** "fit", "train@eu"; of a `.dvc` file, its name. */
  readonly name: string;
  /** The name before `@`. */
  readonly group?: string;
  /** The `dvc.yaml`, or `.dvc` file. */
  readonly file: string;
  /** Its name there. */
  readonly spot: Spot;
  /** Where its commands run and its paths begin. */
  readonly folder: string;
  readonly commands: readonly StageCommand[];
  readonly deps: readonly StagePath[];
  readonly outs: readonly StagePath[];
  readonly params: readonly StageParams[];
  readonly frozen: boolean;
  readonly alwaysChanged: boolean;
  /** Whether it stands for all stages of a group whose items are not known, or its folder is not. */
  readonly isTemplated: boolean;
}

/** The stages of one `dvc.yaml`. */
export interface DvcProject {
  readonly folder: string;
  readonly file: string;
  readonly stages: readonly DvcStage[];
  /** All that `dvc repro` takes: stages and groups. */
  readonly names: readonly string[];
  /** Why DVC refuses the file, or parts of it could not be read. */
  readonly problems: readonly SourceProblem[];
}

/**
 * The stages of the `dvc.yaml` in a folder; `undefined` where there is none.
 * https://doc.dvc.org/user-guide/project-structure/dvcyaml-files
 */
export const dvcProject = remembered((repository, folder): DvcProject | undefined => {
  const file = folder === "." ? "dvc.yaml" : `${folder}/dvc.yaml`;
  const yaml = readYaml(repository, file);
  if (!yaml) return undefined;
  const problems = [...yaml.problems];
  const trouble = (range: Range, message: string) => {
    if (problems.length < MOST_PROBLEMS)
      problems.push({
        spot: yaml.spot(range),
        kind: "syntax",
        message: `DVC refuses this file: ${message}`,
        hint: HINT,
      });
  };
  const fault = (found: VariablesFault) => {
    if (found.kind === "entry") trouble(found.range, found.message);
    else problems.push(found.problem);
  };
  for (const { range, message } of yaml.root ? schemaFaults(yaml.root) : []) trouble(range, message);
  const root = yaml.root?.kind === "map" ? yaml.root : undefined;
  const defaults = withFile(repository, NO_VARIABLES, folder, "params.yaml", undefined, undefined);
  const variables = withVars(repository, defaults, root?.entries.get("vars")?.value, folder);
  if (variables.fault) fault(variables.fault);
  const known: Variables = variables.fault ? { ...variables, isOpen: true } : variables;

  const names: string[] = [];
  const stages: DvcStage[] = [];
  const definitions = root?.entries.get("stages")?.value;
  for (const [name, entry] of definitions?.kind === "map" ? definitions.entries : []) {
    names.push(name);
    const made = expand(name, entry, known);
    if (made.trouble !== undefined) trouble(entry.key, `stage \`${name}\`: ${made.trouble}`);
    let told = false;
    for (const definition of made.definitions) {
      if (definition.group !== undefined && !definition.isGroup) names.push(definition.name);
      stages.push(
        readStage(repository, { folder, file, spot: yaml.spot, definition }, (range, message) => {
          // What is wrong with one of a group is wrong with all.
          if (!told) trouble(range, `stage \`${definition.name}\`: ${message}`);
          told = true;
        }),
      );
    }
  }
  return { folder, file, stages, names, problems };
});

const HINT = "correct the file: every dvc command that reads it fails";

/** Nobody reads more. */
const MOST_PROBLEMS = 20;

interface StageSource {
  readonly folder: string;
  readonly file: string;
  readonly spot: (range: Range) => Spot;
  readonly definition: Definition;
}

type Trouble = (range: Range, message: string) => void;

const readStage = (
  repository: RepositoryContents,
  { folder, file, spot, definition }: StageSource,
  trouble: Trouble,
): DvcStage => {
  const { name, group, entry, body, variables: outer, isGroup } = definition;
  const field = (key: string): Yaml | undefined => body.entries.get(key)?.value;
  const told = <T>(found: Filled<T>, range: Range): T | undefined => {
    if (found.kind === "refused") trouble(range, found.message);
    return found.kind === "filled" ? found.value : undefined;
  };

  const wdir = field("wdir");
  const written = wdir && isText(wdir) ? told(fillText(wdir.value, outer), wdir.range) : ".";
  const within = written === undefined ? undefined : pathIn(folder, written);
  const variables = withVars(repository, outer, field("vars"), within ?? folder);
  if (variables.fault?.kind === "entry") trouble(variables.fault.range, variables.fault.message);
  const known: Variables = variables.fault || within === undefined ? { ...variables, isOpen: true } : variables;

  const pathOf = (value: Yaml | Range, text: string, kind: StagePath["kind"], settings?: YamlMap): StagePath => {
    const range = "kind" in value ? value.range : value;
    const filled = told(fillText(text, known), range);
    const path = filled === undefined || within === undefined ? undefined : pathIn(within, filled);
    const setting = (key: string): Yaml | undefined => settings?.entries.get(key)?.value;
    const remote = setting("remote");
    return {
      path: path ?? text,
      written: text,
      spot: spot(range),
      kind,
      cache: !isFalse(setting("cache")),
      persist: isTrue(setting("persist")),
      ...(remote && isText(remote) ? { remote: remote.value } : {}),
      isTemplated: path === undefined,
    };
  };
  const paths = (key: string, kind: StagePath["kind"]): readonly StagePath[] =>
    listOf(field(key)).flatMap(item => {
      if (isText(item)) return [pathOf(item, item.value, kind)];
      if (item.kind !== "map") return [];
      return [...item.entries].map(([text, { key: range, value }]) =>
        pathOf(range, text, kind, value.kind === "map" ? value : undefined),
      );
    });

  return {
    name,
    ...(group === undefined ? {} : { group }),
    file,
    spot: spot(entry.key),
    folder: within ?? folder,
    commands: commandsOf(field("cmd")).map(({ text, range }) => {
      const result = told(fillText(text, known), range);
      return { text: result ?? text, spot: spot(range), isTemplated: result === undefined };
    }),
    deps: paths("deps", "dep"),
    outs: [...paths("outs", "out"), ...paths("metrics", "metric"), ...paths("plots", "plot")],
    params: within === undefined ? [] : paramsOf(field("params"), within, known),
    frozen: isTrue(field("frozen")),
    alwaysChanged: isTrue(field("always_changed")),
    isTemplated: isGroup || within === undefined,
  };
};

const commandsOf = (cmd: Yaml | undefined): readonly { readonly text: string; readonly range: Range }[] => {
  const items = cmd?.kind === "list" ? cmd.items : cmd ? [cmd] : [];
  return items.filter(isText).map(({ value, range }) => ({ text: value, range }));
};

/** Keys of the default file as plain texts, of others below their names. */
const paramsOf = (params: Yaml | undefined, folder: string, variables: Variables): readonly StageParams[] => {
  const files = new Map<string, string[]>();
  const add = (written: string, keys: readonly string[]) => {
    if (hasVariables(written) && fillText(written, variables).kind !== "filled") return;
    const filled = fillText(written, variables);
    const file = filled.kind === "filled" ? pathIn(folder, filled.value) : undefined;
    if (file !== undefined) files.set(file, [...(files.get(file) ?? []), ...keys]);
  };
  for (const item of listOf(params)) {
    if (isText(item)) add("params.yaml", [item.value]);
    else if (item.kind === "map")
      for (const [file, { value }] of item.entries)
        add(
          file,
          listOf(value)
            .filter(isText)
            .map(key => key.value),
        );
  }
  return [...files].map(([file, keys]) => ({ file, keys }));
};

const listOf = (value: Yaml | undefined): readonly Yaml[] => (value?.kind === "list" ? value.items : []);

const isText = (value: Yaml): value is Extract<Yaml, { kind: "scalar" }> & { readonly value: string } =>
  value.kind === "scalar" && typeof value.value === "string";

const isTrue = (value: Yaml | undefined): boolean => value?.kind === "scalar" && value.value === true;
const isFalse = (value: Yaml | undefined): boolean => value?.kind === "scalar" && value.value === false;
