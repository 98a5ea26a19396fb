import type { RepositoryContents } from "../contents.ts";
import type { Yaml, YamlFile } from "../dvc/yaml.ts";
import { parseYaml } from "../dvc/yaml.ts";
import { remembered } from "../remembered.ts";
import type { Value } from "./values.ts";
import { constant, unknown } from "./values.ts";

/** Longer files hold data, not settings. */
const LONGEST = 200_000;

/** What a file of settings holds, YAML or JSON, as a program has it when it has read it. */
export const settings: (repository: RepositoryContents, file: string) => Value = remembered((repository, file) => {
  const text = repository.text(file);
  if (text === undefined || text.length > LONGEST) return unknown;
  const read = parseYaml(file, text);
  return read.root ? asValue(read.root, read, "", new Map()) : unknown;
});

const asValue = (node: Yaml, file: YamlFile, keys: string, known: Map<Yaml, Value>): Value => {
  const before = known.get(node);
  if (before) return before;
  const origin = { spot: file.spot(node.range), keys };
  const inside = (key: string): string => (keys === "" ? key : `${keys}.${key}`);
  let value: Value;
  switch (node.kind) {
    case "map":
      value = {
        kind: "dict",
        entries: new Map(
          [...node.entries].map(([key, entry]) => [key, asValue(entry.value, file, inside(key), known)]),
        ),
        isWhole: true,
        origin,
      };
      break;
    case "list":
      value = {
        kind: "list",
        items: node.items.map((item, index) => asValue(item, file, inside(String(index)), known)),
        isWhole: true,
      };
      break;
    case "scalar":
      // A template is filled in by whoever reads the file.
      value = typeof node.value === "string" && node.value.includes("${") ? unknown : constant(node.value, origin);
  }
  known.set(node, value);
  return value;
};
