import type { Range, Yaml, YamlMap } from "./yaml.ts";

interface Fault {
  readonly range: Range;
  readonly message: string;
}

/** What a `dvc.yaml` may have at its top. */
const TOP: ReadonlySet<string> = new Set(["artifacts", "datasets", "metrics", "params", "plots", "stages", "vars"]);

const STAGE: ReadonlySet<string> = new Set([
  ...["always_changed", "cmd", "deps", "desc", "frozen", "matrix", "meta", "metrics", "outs", "params", "plots"],
  ...["vars", "wdir"],
]);

const LISTS: readonly string[] = ["deps", "outs", "metrics", "plots", "params", "vars"];

/** Where a `dvc.yaml` is not what DVC's own schema allows, so that it refuses the whole file. */
export const schemaFaults = (root: Yaml): readonly Fault[] => {
  if (root.kind !== "map") return [{ range: root.range, message: "it is no mapping" }];
  const faults = unknownKeys(root, TOP, "it");
  const stages = root.entries.get("stages")?.value;
  if (!stages) return faults;
  if (stages.kind !== "map") return [...faults, { range: stages.range, message: "`stages` is no mapping" }];
  return [...faults, ...[...stages.entries].flatMap(([name, { key, value }]) => stageFaults(name, key, value))];
};

const stageFaults = (name: string, place: Range, stage: Yaml): readonly Fault[] => {
  const title = `stage \`${name}\``;
  if (stage.kind !== "map") return [{ range: place, message: `${title} is no mapping` }];
  if (!stage.entries.has("foreach") && !stage.entries.has("do")) return bodyFaults(title, place, stage);
  const faults = unknownKeys(stage, new Set(["foreach", "do"]), title);
  const body = stage.entries.get("do")?.value;
  if (!stage.entries.has("foreach"))
    return [...faults, { range: place, message: `${title} has \`do\` without \`foreach\`` }];
  if (!body) return [...faults, { range: place, message: `${title} has \`foreach\` without \`do\`` }];
  if (body.kind !== "map") return [...faults, { range: body.range, message: `\`do\` of ${title} is no mapping` }];
  return [...faults, ...bodyFaults(title, place, body)];
};

const bodyFaults = (title: string, place: Range, body: YamlMap): readonly Fault[] => {
  const faults: Fault[] = [...unknownKeys(body, STAGE, title)];
  if (!body.entries.has("cmd")) faults.push({ range: place, message: `${title} has no \`cmd\`` });
  for (const key of LISTS) {
    const value = body.entries.get(key)?.value;
    if (value?.kind === "list") {
      const wrong = value.items.find(item => !isText(item) && (key === "deps" || item.kind !== "map"));
      if (wrong) faults.push({ range: wrong.range, message: `an entry of \`${key}\` of ${title} is no text` });
    } else if (value) faults.push({ range: value.range, message: `\`${key}\` of ${title} is no list` });
  }
  for (const key of ["frozen", "always_changed"]) {
    const value = body.entries.get(key)?.value;
    if (value && !(value.kind === "scalar" && typeof value.value === "boolean"))
      faults.push({ range: value.range, message: `\`${key}\` of ${title} is neither true nor false` });
  }
  return faults;
};

const isText = (value: Yaml): boolean => value.kind === "scalar" && typeof value.value === "string";

const unknownKeys = ({ entries }: YamlMap, known: ReadonlySet<string>, title: string): readonly Fault[] =>
  [...entries]
    .filter(([key]) => !known.has(key))
    .map(([key, { key: range }]) => ({ range, message: `${title} has \`${key}\`, which it does not know` }));
