import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runScript } from "../support/shell.js";

const dispatch = (gh: string) =>
  runScript("dispatch-cd", {
    env: { GH_TOKEN: "gh-t0ken", REPOSITORY: "Acme/Risk", WORKFLOW: "cd.yaml", REF: "main" },
    commands: { gh },
  });

test("dispatch-cd: the workflow is started, and that is said", async () => {
  const result = await dispatch('printf "%s\\n" "$*" >"$STANDIN/calls"');
  expect(result.exitCode).toBe(0);
  expect(readFileSync(join(result.standin, "calls"), "utf8")).toBe(
    "workflow run cd.yaml --repo Acme/Risk --ref main\n",
  );
  expect(result.log).toBe("::notice title=Retraining::cd.yaml was started on main.");
  expect(result.summary).toContain("`cd.yaml` was started on `main`.");
  expect(result.log).not.toContain("gh-t0ken");
});

test("dispatch-cd: a workflow that was not started is a failure with a hint", async () => {
  const result = await dispatch("echo 'HTTP 403' >&2; exit 1");
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain("::error title=Retraining::cd.yaml was not started");
  expect(result.log).toContain("actions: write");
  expect(result.summary).toBe("");
});
