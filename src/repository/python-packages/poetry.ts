import type { TomlNode } from "../toml.ts";
import { entriesAt, itemsAt, nodeAt, textAt, textsAt } from "../toml.ts";
import type { Requirement } from "./requirement.ts";
import { packageName } from "./requirement.ts";

interface PoetryRequirement extends Requirement {
  /** Only brought by an extra. */
  readonly isOptional: boolean;
}

/** A table of Poetry's own: name → range, or a table with `version`, `extras` … https://python-poetry.org/docs/dependency-specification/ */
export const poetryRequirements = (
  table: TomlNode | undefined,
): { readonly requirements: readonly PoetryRequirement[]; readonly isComplete: boolean } => {
  let isComplete = table === undefined || table.kind === "table";
  const requirements = entriesAt(table).flatMap(([name, entry]) => {
    if (name === "python") return [];
    const alternatives = entry.kind === "list" ? itemsAt(entry) : [entry];
    return alternatives.flatMap(one => {
      if (one.kind !== "text" && one.kind !== "table") {
        isComplete = false;
        return [];
      }
      return [requirementOf(name, one, entry.kind === "list")];
    });
  });
  return { requirements, isComplete };
};

const requirementOf = (name: string, entry: TomlNode, isOneOfSeveral: boolean): PoetryRequirement => {
  const written = entry.kind === "text" ? entry.value : textAt(entry, "version")?.value;
  const specifier = written === undefined ? undefined : poetryRange(written);
  const url = ["url", "git", "path", "file"].flatMap(key => textAt(entry, key)?.value ?? [])[0];
  const optional = nodeAt(entry, "optional");
  // Of several alternatives one is taken, and which depends on the machine.
  const marker = textAt(entry, "markers")?.value ?? textAt(entry, "python")?.value ?? (isOneOfSeveral ? "" : undefined);
  return {
    name: packageName(name),
    extras: textsAt(entry, "extras").map(({ value }) => packageName(value)),
    ...(specifier !== undefined && specifier !== "" && { specifier }),
    ...(marker !== undefined && { marker }),
    ...(url !== undefined && { url }),
    spot: entry.spot,
    isOptional: optional?.kind === "other" && optional.value === true,
  };
};

/** Poetry's ranges in the words of all others: `^3.1` → `>=3.1,<4`; `undefined` where they offer alternatives, or cannot be read. */
export const poetryRange = (text: string): string | undefined => {
  const parts = text.split(",").map(part => part.trim());
  const ranges = parts.map(part => {
    if (part === "*" || part === "") return "";
    const caret = /^(\^|~(?!=))\s*(\d+(?:\.\d+)*)$/.exec(part);
    if (caret) return `>=${caret[2]},<${above(caret[2] as string, caret[1] as string)}`;
    if (/^\d[\w.*+!-]*$/.test(part)) return `==${part}`;
    return /^(?:[<>]=?|[=!~]=|===)\s*\d[\w.*+!-]*$/.test(part) ? part.replace(/\s+/g, "") : undefined;
  });
  return ranges.includes(undefined) ? undefined : ranges.filter(range => range !== "").join(",");
};

/** The first version that is no longer meant: after `^` the first part that is not zero counts up, after `~` the second. */
const above = (version: string, operator: string): string => {
  const numbers = version.split(".").map(Number);
  const first = numbers.findIndex(number => number > 0);
  const at = operator === "~" ? Math.min(1, numbers.length - 1) : first < 0 ? numbers.length - 1 : first;
  return [...numbers.slice(0, at), (numbers[at] as number) + 1].join(".");
};
