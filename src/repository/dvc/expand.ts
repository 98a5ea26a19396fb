import type { Filled, Variables } from "./template.ts";
import { fillAll, mapOf, withItem } from "./template.ts";
import type { Yaml, YamlEntry, YamlMap, YamlScalar } from "./yaml.ts";

/** A stage as `stages` defines it, or one of those that `foreach` or `matrix` makes of a definition. */
export interface Definition {
  /** "fit", "train@eu". */
  readonly name: string;
  /** The name before `@`, where the definition makes several. */
  readonly group?: string;
  readonly entry: YamlEntry;
  readonly body: YamlMap;
  readonly variables: Variables;
  /** Whether it stands for all of a group, whose stages are not known. */
  readonly isGroup: boolean;
}

/** More than any repository has, and less than would fill the memory. */
const MOST = 10_000;

/** The stages that a definition makes. `trouble`: why DVC refuses it, in the words of a message. */
export const expand = (
  name: string,
  entry: YamlEntry,
  variables: Variables,
): { readonly definitions: readonly Definition[]; readonly trouble?: string } => {
  const definition = entry.value;
  if (definition.kind !== "map") return { definitions: [] };
  const { entries } = definition;
  const matrix = entries.get("matrix")?.value;
  const foreach = entries.get("foreach")?.value;
  if (!matrix && !foreach) return { definitions: [{ name, entry, body: definition, variables, isGroup: false }] };
  const inner = entries.get("do")?.value;
  const body = matrix ? definition : inner?.kind === "map" ? inner : mapOf([]);
  const items = matrix ? combinations(fillAll(matrix, variables)) : itemsOf(fillAll(foreach as Yaml, variables));
  if (items.kind === "filled")
    return {
      definitions: [...items.value].map(([key, temporary]) => ({
        name: `${name}@${key}`,
        group: name,
        entry,
        body,
        variables: withItem(variables, temporary),
        isGroup: false,
      })),
    };
  const open: Definition = { name, group: name, entry, body, variables: { ...variables, isOpen: true }, isGroup: true };
  return items.kind === "refused" ? { definitions: [open], trouble: items.message } : { definitions: [open] };
};

type Items = ReadonlyMap<string, readonly (readonly [string, Yaml])[]>;

const scalar = (text: string): YamlScalar => ({ kind: "scalar", range: [0, 0], value: text, text });

/** Of a list of plain values, each is its own key; otherwise their numbers are. */
const itemsOf = (data: Filled<Yaml>): Filled<Items> => {
  if (data.kind !== "filled") return data;
  const { value } = data;
  if (value.kind === "scalar") return { kind: "refused", message: "`foreach` takes a list or a mapping" };
  if (value.kind === "map") {
    if (value.entries.size > MOST) return { kind: "unknown" };
    const pairs = [...value.entries].map(
      ([key, { value: item }]) =>
        [
          key,
          [
            ["item", item],
            ["key", scalar(key)],
          ],
        ] as const,
    );
    return { kind: "filled", value: new Map(pairs) };
  }
  if (value.items.length > MOST) return { kind: "unknown" };
  const isComposite = value.items.some(({ kind }) => kind !== "scalar");
  const pairs = value.items.map(
    (item, index) => [isComposite ? String(index) : textOf(item), [["item", item]]] as const,
  );
  return { kind: "filled", value: new Map(pairs) };
};

const combinations = (data: Filled<Yaml>): Filled<Items> => {
  if (data.kind !== "filled") return data;
  const { value } = data;
  if (value.kind !== "map") return { kind: "refused", message: "`matrix` takes a mapping of lists" };
  const axes = [...value.entries].map(([axis, entry]) => [axis, entry.value] as const);
  // What else Python can go through: the letters of a text, the keys of a mapping.
  if (axes.some(([, { kind }]) => kind !== "list")) return { kind: "unknown" };
  let found: readonly (readonly Coordinate[])[] = [[]];
  for (const [axis, list] of axes) {
    const items = list.kind === "list" ? list.items : [];
    if (found.length * items.length > MOST) return { kind: "unknown" };
    found = found.flatMap(combination => items.map((item, index) => [...combination, { axis, item, index }]));
  }
  const pairs = found.map(combination => {
    const parts = combination.map(({ axis, item, index }) => (item.kind === "scalar" ? item.text : `${axis}${index}`));
    const item = mapOf(combination.map(coordinate => [coordinate.axis, coordinate.item]));
    return [
      parts.join("-"),
      [
        ["key", scalar(parts.join("-"))],
        ["item", item],
      ],
    ] as const;
  });
  return { kind: "filled", value: new Map(pairs) };
};

interface Coordinate {
  readonly axis: string;
  readonly item: Yaml;
  readonly index: number;
}

const textOf = (value: Yaml): string => (value.kind === "scalar" ? value.text : "");
