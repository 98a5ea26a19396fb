import { existsSync, readFileSync } from "node:fs";
import { satisfies, validRange } from "semver";
import { recordAction } from "../journal.ts";
import { info, input, inWorkspace, Refusal, setOutput, warn, withoutEffect } from "../toolkit.ts";

const wantedVersion = (): string => {
  const file = input("node-version-file");
  if (input("node-version") !== "" || file === "") return input("node-version");
  const path = inWorkspace(file);
  if (!existsSync(path)) throw new Refusal(`The specified node version file at: ${path} does not exist`);
  const text = readFileSync(path, "utf8").trim();
  if (!file.endsWith("package.json")) return text.replace(/^v/, "");
  const { volta, engines } = JSON.parse(text) as { volta?: { node?: string }; engines?: { node?: string } };
  return volta?.node ?? engines?.node ?? "";
};

const LOCK_FILES = ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"];

/** Nothing is cached here, but what the real action refuses is refused. */
const checkCache = (): void => {
  const cache = input("cache");
  if (cache === "") return;
  if (!["npm", "yarn", "pnpm"].includes(cache)) throw new Refusal(`Caching for '${cache}' is not supported`);
  if (input("cache-dependency-path") === "" && !LOCK_FILES.some(file => existsSync(inWorkspace(file))))
    throw new Refusal(
      `Dependencies lock file is not found in ${inWorkspace(".")}. Supported file patterns: ${LOCK_FILES.join(",")}`,
    );
};

/** Node.js as this machine has it; another version is only told. */
export const setupNode = {
  main: () => {
    withoutEffect("registry-url", "scope");
    const [wanted, version] = [wantedVersion(), process.versions.node];
    if (wanted !== "" && (validRange(wanted) === null || !satisfies(version, wanted)))
      warn(`The step asks for Node.js ${wanted}; the rehearsal runs with ${version}.`);
    checkCache();
    setOutput("node-version", `v${version}`);
    setOutput("cache-hit", false);
    info(`node: v${version}`);
    recordAction({ kind: "setup-node", version });
  },
};
