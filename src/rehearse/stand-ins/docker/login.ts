import { homedir } from "node:os";
import { join } from "node:path";
import { changeJson, readJson } from "../shared-file.ts";
import { Refusal } from "../toolkit.ts";

interface Config {
  readonly auths?: Readonly<Record<string, { readonly username: string }>>;
}

/** Docker's own folder of this job: logins, builders and local images are not shared between jobs. */
export const dockerFolder = (): string => process.env.DOCKER_CONFIG || join(homedir(), ".docker");

const file = (): string => join(dockerFolder(), "config.json");

const hostOf = (registry: string): string => {
  const host = registry.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return host === "index.docker.io" || host === "registry-1.docker.io" ? "docker.io" : host;
};

/** Remembers a login. The password is not kept: nothing here asks for it again. */
export const logIn = (registry: string, username: string, password: string): void => {
  if (username === "" || password === "")
    throw new Refusal("Error: Cannot perform an interactive login from a non TTY device");
  changeJson<Config>(file(), {}, config => ({
    ...config,
    auths: { ...config.auths, [hostOf(registry)]: { username } },
  }));
};

/** Forgets a login. */
export const logOut = (registry: string): void =>
  changeJson<Config>(file(), {}, config => ({
    ...config,
    auths: Object.fromEntries(Object.entries(config.auths ?? {}).filter(([host]) => host !== hostOf(registry))),
  }));

/** Whether this job has logged in to a registry. */
export const loggedIn = (registry: string): boolean => hostOf(registry) in (readJson<Config>(file(), {}).auths ?? {});
