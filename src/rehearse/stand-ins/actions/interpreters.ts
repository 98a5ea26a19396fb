import { delimiter } from "node:path";
import { satisfies, validRange } from "semver";
import { attempt } from "../child.ts";
import { Refusal } from "../toolkit.ts";

/** A Python that this machine has. */
export interface Interpreter {
  readonly path: string;
  /** As Python says it: `3.12.1`, `3.13.0rc1`. */
  readonly version: string;
  /** The folder that pip is in; none without pip. */
  readonly pipFolder: string | null;
}

const ASK = `
import importlib.util, json, os, platform, sys
pip = importlib.util.find_spec("pip")
folder = os.path.dirname(os.path.dirname(pip.origin)) if pip else None
print(json.dumps({"path": sys.executable, "version": platform.python_version(), "pipFolder": folder}))
`;

const ask = (path: string): readonly Interpreter[] => {
  const { code, out } = attempt(path, ["-I", "-c", ASK]);
  return code === 0 ? [JSON.parse(out) as Interpreter] : [];
};

/** The interpreters of this machine. */
export const interpreters = (): readonly Interpreter[] =>
  (process.env.REHEARSAL_PYTHONS ?? "")
    .split(delimiter)
    .filter(path => path !== "")
    .flatMap(ask);

/** `3.13.0rc1` in the order and spelling of semantic versions. */
const semantic = (version: string): string => version.replace(/^(\d+\.\d+\.\d+)(a|b|rc)(\d+).*$/, "$1-$2.$3");

/** Python's own way to write a range, as in `requires-python`, and that of setup-python, as one. */
const asRange = (wanted: string): string =>
  wanted
    .replace(/^(\d+(?:\.\d+)*)-dev$/, "~$1.0-0")
    .replaceAll(",", " ")
    .replace(/===?\s*/g, "=")
    .replace(/~=\s*(\d+\.\d+\.)/g, "~$1")
    .replace(/~=\s*/g, "^")
    .replace(/!=\s*\S+/g, "")
    .replaceAll("*", "x");

const isNewer = (a: Interpreter, b: Interpreter): boolean =>
  satisfies(semantic(a.version), `>${semantic(b.version)}`, { includePrerelease: true });

/** The newest interpreter of a version or range. What the machine does not have is not downloaded. */
export const findInterpreter = (wanted: string, prereleases: boolean): Interpreter => {
  const range = asRange(wanted);
  if (validRange(range) === null) throw new Refusal(`A rehearsal does not know the Python version '${wanted}'`);
  const all = interpreters();
  const [newest] = all
    .filter(({ version }) => satisfies(semantic(version), range, { includePrerelease: prereleases }))
    .sort((a, b) => (isNewer(a, b) ? -1 : 1));
  if (newest) return newest;
  const have = all.map(({ version }) => version).join(", ") || "none";
  throw new Refusal(`The version '${wanted}' of Python was not found. This machine has: ${have}`);
};
