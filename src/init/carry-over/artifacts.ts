import { usesAction } from "../../lint/roles.ts";
import type { Spot } from "../../repository/source-problem.ts";
import { underRoot } from "./paths.ts";
import type { Context } from "./readers.ts";
import type { RunStep } from "./run.ts";
import { spotOf, UNKNOWN } from "./run.ts";
import { nodeValue, textIn } from "./values.ts";

/** What the workflows keep, and for how long. */
export const readArtifacts = (context: Context): void => {
  const { roles, ledger } = context;
  const uploads = (role: "ci" | "cd" | "nightly") =>
    (roles[role]?.steps ?? []).filter(({ step }) => usesAction(step, "actions/upload-artifact"));
  carryPaths("bundle", uploads("cd"), context);
  carryPaths("nightly", uploads("nightly"), context);
  for (const run of uploads("ci")) {
    if (ledger.isAccounted(run)) continue;
    ledger.account(run, { workflow: "ci", job: "quality", step: "summary" });
    ledger.lose(
      spotOf(run, run.step),
      `ci keeps an artifact: \`${run.step.label}\``,
      'upload it with a step of your own in `extend.ci.quality.after.test`, with `when: "always"` to have it of a failed run too',
    );
  }
};

const carryPaths = (field: "bundle" | "nightly", runs: readonly RunStep[], context: Context): void => {
  const { ledger } = context;
  const found = new Map<string, boolean>();
  let from: Spot | undefined;
  for (const run of runs) {
    ledger.account(
      run,
      field === "bundle"
        ? { workflow: "cd", job: "train", step: "upload" }
        : { workflow: "nightly", job: "refresh", step: "upload" },
    );
    const days = run.step.input("retention-days");
    if (days) ledger.carry(["artifacts", "retentionDays"], Number(textIn(nodeValue(days, run))), spotOf(run, days));
    const paths = pathsOf(run, context);
    from ??= paths.length > 0 ? spotOf(run, run.step.input("path") ?? run.step) : undefined;
    // The action asks for one file of all; what is kept alone is asked for itself.
    const isRequired = run.step.input("if-no-files-found")?.text === "error" && paths.length === 1;
    for (const path of paths) found.set(path, (found.get(path) ?? false) || isRequired);
  }
  if (!from) return;
  const value = [...found].map(([path, required]) => (required ? { path, required } : path));
  ledger.carry(["artifacts", field], value, from);
};

const pathsOf = (run: RunStep, { ledger, root }: Context): readonly string[] => {
  const node = run.step.input("path");
  const value = nodeValue(node, run);
  if (!node || !value || !("text" in value)) return [];
  return value.text
    .split("\n")
    .map(line => line.trim())
    .filter(Boolean)
    .flatMap(line => {
      const path = /^[!/~$]/.test(line) || line.includes(UNKNOWN) ? undefined : underRoot(line, root);
      if (path !== undefined) return [path];
      const text = line.replaceAll(UNKNOWN, "…");
      ledger.lose(
        spotOf(run, node),
        line.startsWith("!")
          ? `\`${text}\` keeps files out of an artifact`
          : `\`${text}\` is not taken over: it is only known at run time, or lies outside of the pipeline's root`,
        "name paths and patterns below the root in `artifacts`, so narrow that nothing has to be kept out",
      );
      return [];
    });
};
