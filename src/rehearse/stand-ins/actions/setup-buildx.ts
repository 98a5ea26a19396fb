import { randomUUID } from "node:crypto";
import { docker } from "../docker/docker.ts";
import { need } from "../environment.ts";
import { flag, info, input, Refusal, saveState, setOutput, state } from "../toolkit.ts";

const call = (argv: readonly string[]): string => {
  const { exit, out, err } = docker(argv, { cwd: need("GITHUB_WORKSPACE") });
  if (exit !== 0) throw new Refusal(err);
  return out;
};

/** A builder for the images of the job. */
export const setupBuildx = {
  main: () => {
    const [name, driver] = [input("name") || `builder-${randomUUID()}`, input("driver") || "docker-container"];
    const use = flag("use", true) ? ["--use"] : [];
    call(["buildx", "create", "--name", name, "--driver", driver, ...use]);
    info(call(["buildx", "inspect", "--bootstrap", "--builder", name]));
    if (flag("cleanup", true)) saveState("builder", name);
    setOutput("name", name);
    setOutput("driver", driver);
    setOutput("platforms", "linux/amd64");
    setOutput("status", "running");
  },
  post: () => {
    const builder = state("builder");
    if (builder !== "") call(["buildx", "rm", builder]);
  },
};
