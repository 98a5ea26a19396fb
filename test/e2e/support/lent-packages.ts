import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { emptyFolder } from "../../support/folders.ts";

const tools = join(import.meta.dirname, "../../../.tools");

/**
 * What a rehearsal needs, in a new folder, with packages of these names: they lend what the tools have, so that a job installs in
 * seconds whatever its repository names, at whatever version.
 */
export const rehearsalHome = (names: readonly string[]): string => {
  const [home, real] = [emptyFolder(), join(tools, "rehearsal")];
  for (const name of ["bin", "venv", "uv-cache"]) symlinkSync(join(real, name), join(home, name));
  const wheelhouse = join(home, "wheelhouse");
  mkdirSync(wheelhouse);
  // What builds the project itself.
  for (const wheel of readdirSync(join(real, "wheelhouse")).filter(name => name.startsWith("setuptools-")))
    symlinkSync(join(real, "wheelhouse", wheel), join(wheelhouse, wheel));
  const script = join(import.meta.dirname, "lend_packages.py");
  execFileSync(join(tools, "venv/bin/python"), [script, wheelhouse, ...names]);
  return home;
};

/** An environment that has what a deployed image would have. */
export const serviceEnvironment = join(tools, "venv");
