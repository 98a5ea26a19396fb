import { cpSync, existsSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { Drill, Drilled } from "./drill.ts";

/**
 * A drill that begins where a recorded run stood before a job: its earlier jobs are not run again but give the outputs they
 * gave, and their artifacts and images are there, as when GitHub re-runs the failed jobs of a run. Every other job is as generated.
 */
export const from = (recording: Drilled, replayed: readonly string[]): Pick<Drill, "edit" | "before"> => ({
  before: ({ artifacts, state }) => {
    for (const [name, { folder }] of Object.entries(recording.artifacts))
      cpSync(folder, join(artifacts, name), { recursive: true });
    for (const name of ["registry.json", "images"])
      if (existsSync(join(recording.state, name)))
        cpSync(join(recording.state, name), join(state, name), { recursive: true });
  },
  edit: text => {
    const document = parseDocument(text);
    for (const id of replayed) {
      const outputs = recording.job(id).outputs;
      const path = ["jobs", id];
      for (const key of ["environment", "defaults"]) document.deleteIn([...path, key]);
      document.setIn(
        [...path, "outputs"],
        Object.fromEntries(Object.keys(outputs).map(name => [name, `\${{ steps.recorded.outputs.${name} }}`])),
      );
      const lines = Object.entries(outputs).map(([name, value]) => `echo '${name}=${value}' >>"$GITHUB_OUTPUT"\n`);
      document.setIn([...path, "steps"], [{ id: "recorded", run: `true\n${lines.join("")}` }]);
    }
    return document.toString({ lineWidth: 0 });
  },
});
