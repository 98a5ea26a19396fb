import { isMap, isScalar, parseDocument, visit } from "yaml";

/** What a workflow may do: what a reviewer must see when it grows. */
export interface Capabilities {
  readonly secrets: ReadonlySet<string>;
  /** `job: scope: access` */
  readonly permissions: ReadonlySet<string>;
  /** `owner/name`, without version. */
  readonly actions: ReadonlySet<string>;
}

/** Reads them from the text of a workflow; nothing from a text that is no YAML. */
export const capabilitiesOf = (text: string): Capabilities => {
  const document = parseDocument(text, { logLevel: "silent" });
  const secrets = new Set<string>();
  const permissions = new Set<string>();
  const actions = new Set<string>();
  visit(document, {
    Scalar: (key, { value }) => {
      if (key === "key" || typeof value !== "string") return;
      for (const [expression] of value.matchAll(/\$\{\{.*?\}\}/gs))
        for (const [, name] of expression.matchAll(/\bsecrets\.([A-Za-z_]\w*)/g)) secrets.add(name as string);
    },
    Pair: (_key, { key, value }) => {
      if (isScalar(key) && key.value === "uses" && isScalar(value)) actions.add(String(value.value).replace(/@.*/, ""));
    },
  });
  const jobs = document.get("jobs");
  if (isMap(jobs))
    for (const { key, value } of jobs.items) {
      const granted = isMap(value) ? value.get("permissions") : undefined;
      if (isMap(granted)) for (const scope of granted.items) permissions.add(`${key}: ${scope.key}: ${scope.value}`);
    }
  return { secrets, permissions, actions };
};

/** What `after` has and `before` has not, sorted. */
export const added = (before: ReadonlySet<string>, after: ReadonlySet<string>): readonly string[] =>
  [...after].filter(entry => !before.has(entry)).sort();
