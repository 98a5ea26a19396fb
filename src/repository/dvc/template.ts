import type { RepositoryContents } from "../contents.ts";
import type { SourceProblem } from "../source-problem.ts";
import type { TomlNode } from "../toml.ts";
import { tomlFile } from "../toml.ts";
import { foldersOf, pathIn } from "./paths.ts";
import type { Range, Yaml, YamlEntry, YamlMap } from "./yaml.ts";
import { readYaml } from "./yaml.ts";

/** What `${…}` in a `dvc.yaml` may name. https://doc.dvc.org/user-guide/project-structure/dvcyaml-files#templating */
export interface Variables {
  readonly map: YamlMap;
  /** Whether there may be more of them: a file could not be read, or is written in a language that is not. */
  readonly isOpen: boolean;
  /** Why DVC refuses them. */
  readonly fault?: VariablesFault;
}

export type VariablesFault =
  | { readonly kind: "entry"; readonly range: Range; readonly message: string }
  /** A file that they come from is broken. */
  | { readonly kind: "file"; readonly problem: SourceProblem };

/** A value with its variables put in, or why they could not be. */
export type Filled<T> =
  | { readonly kind: "filled"; readonly value: T }
  /** It depends on what is not known here. */
  | { readonly kind: "unknown" }
  /** DVC refuses it. */
  | { readonly kind: "refused"; readonly message: string };

const UNKNOWN = { kind: "unknown" } as const;
const filled = <T>(value: T): Filled<T> => ({ kind: "filled", value });
const refused = (message: string) => ({ kind: "refused", message }) as const;

export const mapOf = (entries: Iterable<readonly [string, Yaml]>): YamlMap => ({
  kind: "map",
  range: [0, 0],
  entries: new Map([...entries].map(([key, value]): [string, YamlEntry] => [key, { key: value.range, value }])),
});

export const NO_VARIABLES: Variables = { map: mapOf([]), isOpen: false };

/** Adds variables as `vars` lists them: maps, files, and files with the keys that are wanted of them. */
export const withVars = (
  repository: RepositoryContents,
  variables: Variables,
  vars: Yaml | undefined,
  folder: string,
): Variables => {
  let known = variables;
  for (const item of vars?.kind === "list" ? vars.items : []) {
    if (known.fault) break;
    if (item.kind === "map") known = merged(known, item, item.range);
    else if (item.kind === "scalar" && typeof item.value === "string") {
      const written = item.value;
      if (hasVariables(written))
        return { ...known, fault: entryFault(item.range, `\`vars\` takes no variables: \`${written}\``) };
      const [path = "", keys] = splitOnce(written, ":");
      known = withFile(repository, known, folder, path, keys?.split(",").filter(Boolean), item.range);
    }
  }
  return known;
};

/** Adds those of a file. `place`: where it is named; the default one, which is named nowhere, need not be there. */
export const withFile = (
  repository: RepositoryContents,
  variables: Variables,
  folder: string,
  written: string,
  keys: readonly string[] | undefined,
  place: Range | undefined,
): Variables => {
  const path = pathIn(folder, written);
  const open = { ...variables, isOpen: true };
  const fault = (message: string): Variables => ({
    ...open,
    fault: place
      ? entryFault(place, message)
      : {
          kind: "file",
          problem: { spot: { file: path as string, line: 1 }, kind: "syntax", message, hint: "correct the file" },
        },
  });
  if (path === undefined) return open;
  const reading = readVariables(repository, path);
  if (reading === "unknown") return open;
  if (!reading)
    return place && !isBehindLink(repository, path) ? fault(`there is no ${path}`) : place ? open : variables;
  if (reading.problem)
    return reading.problem.kind === "syntax" ? { ...open, fault: { kind: "file", problem: reading.problem } } : open;
  if (!reading.root) return variables;
  if (reading.root.kind !== "map") return fault(`${path} is no mapping, so that it defines no variables`);
  if (!keys || keys.length === 0) return merged(variables, reading.root, place);
  const { entries } = reading.root;
  const missing = keys.find(key => !entries.has(key));
  if (missing !== undefined) return fault(`${path} has no \`${missing}\``);
  return merged(variables, mapOf(keys.map(key => [key, (entries.get(key) as YamlEntry).value])), place);
};

interface VariablesFile {
  readonly root?: Yaml | undefined;
  readonly problem?: SourceProblem | undefined;
}

/** JSON is YAML; a Python file would have to be run. */
const readVariables = (repository: RepositoryContents, path: string): VariablesFile | "unknown" | undefined => {
  if (/\.toml$/i.test(path)) {
    const toml = tomlFile(repository, path);
    return toml && { root: fromToml(toml.value), problem: toml.problems[0] };
  }
  if (/\.py$/i.test(path)) return repository.has(path) ? "unknown" : undefined;
  const yaml = readYaml(repository, path);
  return yaml && { root: yaml.root, problem: yaml.problems[0] };
};

const fromToml = (node: TomlNode): Yaml => {
  const range: Range = [node.start, node.end];
  if (node.kind === "table")
    return { ...mapOf([...node.entries].map(([key, value]) => [key, fromToml(value)])), range };
  if (node.kind === "list") return { kind: "list", range, items: node.items.map(fromToml) };
  const { value } = node;
  if (typeof value === "boolean") return { kind: "scalar", range, value, text: String(value) };
  if (typeof value === "number") return { kind: "scalar", range, value, text: String(value) };
  return { kind: "scalar", range, value: String(value), text: String(value) };
};

/** A link to a folder, and a submodule, are one entry of the listing. */
const isBehindLink = (repository: RepositoryContents, path: string): boolean =>
  foldersOf(path).some(folder => repository.look(folder).kind !== "absent");

const entryFault = (range: Range, message: string): VariablesFault => ({ kind: "entry", range, message });

/** DVC lets no file redefine what another has defined, but for maps that are put together; naming a file twice is no redefinition. */
const merged = (variables: Variables, more: YamlMap, place: Range | undefined): Variables => {
  const clashes: string[] = [];
  const map = together(variables.map, more, "", clashes);
  if (clashes.length === 0 || !place) return { ...variables, map };
  return { ...variables, map, fault: entryFault(place, `\`${clashes[0]}\` is defined twice`) };
};

const together = (first: YamlMap, second: YamlMap, prefix: string, clashes: string[]): YamlMap => {
  if (first === second) return first;
  const entries = new Map(first.entries);
  for (const [key, entry] of second.entries) {
    const known = entries.get(key)?.value;
    if (known?.kind === "map" && entry.value.kind === "map")
      entries.set(key, { key: entry.key, value: together(known, entry.value, `${prefix}${key}.`, clashes) });
    else {
      if (known !== undefined && known !== entry.value) clashes.push(`${prefix}${key}`);
      entries.set(key, entry);
    }
  }
  return { ...first, entries };
};

/** Variables that only hold for one of several stages: `item` and `key`. */
export const withItem = (variables: Variables, entries: readonly (readonly [string, Yaml])[]): Variables => {
  const all = new Map(variables.map.entries);
  for (const [key, value] of entries) all.set(key, { key: value.range, value });
  return { ...variables, map: { ...variables.map, entries: all } };
};

/** A backslash before it makes it plain text. */
const VARIABLE = /(?<!\\)\$\{(.*?)\}/g;

export const hasVariables = (text: string): boolean => text.search(VARIABLE) >= 0;

/** A text with its variables put in; of one that is nothing but a variable, the value itself. */
const fill = (text: string, variables: Variables): Filled<Yaml | string> => {
  const matches = [...text.matchAll(VARIABLE)];
  const [only] = matches;
  if (!only) return filled(text.replaceAll("\\${", "${"));
  if (matches.length === 1 && only[0] === text) return lookUp(only[1] as string, variables);
  let result = "";
  let end = 0;
  for (const match of matches) {
    const found = lookUp(match[1] as string, variables);
    if (found.kind !== "filled") return found;
    if (found.value.kind === "list") return refused(`\`${match[1]}\` is a list, which cannot be part of a text`);
    // In a command it becomes flags.
    if (found.value.kind === "map") return UNKNOWN;
    result += text.slice(end, match.index) + found.value.text;
    end = match.index + match[0].length;
    if (result.length > LONGEST) return UNKNOWN;
  }
  return filled((result + text.slice(end)).replaceAll("\\${", "${"));
};

const LONGEST = 1_000_000;

/** The same, of what must be a text. */
export const fillText = (text: string, variables: Variables): Filled<string> => {
  const found = fill(text, variables);
  if (found.kind !== "filled" || typeof found.value === "string") return found as Filled<string>;
  if (found.value.kind === "list") return refused(`\`${text}\` is a list where a text must be`);
  return found.value.kind === "scalar" ? filled(found.value.text) : UNKNOWN;
};

const lookUp = (expression: string, { map, isOpen }: Variables): Filled<Yaml> => {
  let value: Yaml = map;
  for (const part of expression.replaceAll("[", ".").replaceAll("]", "").split(".")) {
    const next = partOf(value, part.trim());
    if (!next) return isOpen ? UNKNOWN : refused(`nothing defines \`${expression.trim()}\``);
    value = next;
  }
  return filled(value);
};

const partOf = (value: Yaml, part: string): Yaml | undefined => {
  if (value.kind === "map") return value.entries.get(part)?.value;
  if (value.kind === "list" && /^[-+]?\d+$/.test(part)) return value.items.at(Number(part));
  return undefined;
};

const splitOnce = (text: string, separator: string): readonly [string, string?] => {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
};

/** A value whose texts have their variables put in, also those within it. */
export const fillAll = (value: Yaml, variables: Variables): Filled<Yaml> => {
  const known = new Map<Yaml, Yaml>();
  let trouble: Filled<never> | undefined;
  const visit = (part: Yaml): Yaml => {
    const seen = known.get(part);
    if (seen) return seen;
    const result = visitNew(part);
    known.set(part, result);
    return result;
  };
  const text = (written: string): string => {
    const found = fillText(written, variables);
    if (found.kind === "filled") return found.value;
    trouble ??= found;
    return written;
  };
  const visitNew = (part: Yaml): Yaml => {
    if (part.kind === "list") return { ...part, items: part.items.map(visit) };
    if (part.kind === "map") {
      const entries = new Map<string, YamlEntry>();
      for (const [key, entry] of part.entries) entries.set(text(key), { key: entry.key, value: visit(entry.value) });
      return { ...part, entries };
    }
    if (typeof part.value !== "string") return part;
    const found = fill(part.value, variables);
    if (found.kind !== "filled") {
      trouble ??= found;
      return part;
    }
    if (typeof found.value !== "string") return found.value;
    return { ...part, value: found.value, text: found.value };
  };
  const result = visit(value);
  return trouble ?? filled(result);
};
