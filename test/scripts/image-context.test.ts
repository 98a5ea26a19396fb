import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { watched } from "../support/http-server.ts";
import { runScript, type ShellResult } from "../support/shell.ts";

const model = { "models/baseline_model.joblib": "model" };
const env = { DOCKERFILE: "Dockerfile.api", CONTEXT: ".", INCLUDE: "models/baseline_model.joblib" };
const written = (result: ShellResult, file = "Dockerfile.api.dockerignore") => {
  const path = join(result.workspace, file);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
};

test("image-context: an exception at the end of the context's ignore rules lets the model through", async () => {
  const result = await runScript("image-context", { env, files: { ...model, ".dockerignore": ".git\nmodels/" } });
  expect(result.exitCode).toBe(0);
  expect(written(result)).toBe(".git\nmodels/\n!models/baseline_model.joblib\n");
  expect(written(result, ".dockerignore")).toBe(".git\nmodels/");
});

test("image-context: the Dockerfile's own ignore file comes before that of the context, and is added to", async () => {
  const result = await runScript("image-context", {
    env,
    files: { ...model, ".dockerignore": ".git\n", "Dockerfile.api.dockerignore": "models/\n" },
  });
  expect(written(result)).toBe("models/\n!models/baseline_model.joblib\n");
});

test("image-context: without an ignore file nothing is ignored, so nothing is written", async () => {
  const result = await runScript("image-context", { env, files: model });
  expect(result.exitCode).toBe(0);
  expect(written(result)).toBeUndefined();
});

test.for(["", "\n\n"])("image-context: with nothing to include there is nothing to do (%j)", async INCLUDE => {
  const result = await runScript("image-context", {
    env: { ...env, INCLUDE },
    files: { ".dockerignore": "models/\n" },
  });
  expect(result.exitCode).toBe(0);
  expect(written(result)).toBeUndefined();
});

test("image-context: globs, folders and names with spaces become exceptions relative to the context", async () => {
  const result = await runScript("image-context", {
    env: {
      DOCKERFILE: "docker/api file",
      CONTEXT: "service",
      INCLUDE: "./service/models/**/*.joblib\nservice/my data/\n",
    },
    files: {
      "docker/api file": "FROM scratch\n",
      "service/models/a/b/x.joblib": "",
      "service/my data/.x": "",
      "service/.dockerignore": "*\n",
    },
  });
  expect(result.exitCode).toBe(0);
  expect(written(result, "docker/api file.dockerignore")).toBe("*\n!models/**/*.joblib\n!my data\n");
});

test.for([
  ["models/none.joblib", "no such file"],
  ["models/*.pkl", "no such file"],
  ["empty", "no such file"],
  ["../outside.joblib", "outside its build context ."],
])("image-context: %s is an error that names it", async ([include = "", text = ""]) => {
  const result = await runScript("image-context", {
    env: { ...env, INCLUDE: `models/baseline_model.joblib\n${include}` },
    files: { ...model, ".dockerignore": "models/\n" },
    commands: { realpath: `mkdir -p empty\n${watched("realpath")}` },
  });
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain(`::error title=Image content::${include} must be in the image, but`);
  expect(result.log).toContain(text);
  expect(written(result)).toBeUndefined();
});

test("image-context: a file beside the context does not reach it", async () => {
  const result = await runScript("image-context", { env: { ...env, CONTEXT: "service" }, files: model });
  expect(result.exitCode).toBe(1);
  expect(result.log).toContain("outside its build context service");
});
