import { docker } from "../docker/docker.ts";
import { need } from "../environment.ts";
import { recordAction } from "../journal.ts";
import { flag, info, input, mask, Refusal, saveState, state, withoutEffect } from "../toolkit.ts";

const call = (argv: readonly string[], stdin = ""): string => {
  const { exit, out, err } = docker(argv, { cwd: need("GITHUB_WORKSPACE"), stdin });
  if (exit !== 0) throw new Refusal(err);
  return out;
};

/** Logs in to a registry for the rest of the job. */
export const login = {
  main: () => {
    const [registry, username, password] = [input("registry") || "docker.io", input("username"), input("password")];
    if (username === "" || password === "") throw new Refusal("Username and password required");
    withoutEffect("registry-auth", "scope");
    mask(password);
    info(call(["login", "--password-stdin", "--username", username, registry], password));
    if (flag("logout", true)) saveState("registry", registry);
    recordAction({ kind: "login", registry, username });
  },
  post: () => {
    const registry = state("registry");
    if (registry !== "") call(["logout", registry]);
  },
};
