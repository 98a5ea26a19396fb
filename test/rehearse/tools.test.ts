import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Search } from "../../src/rehearse/tools.ts";
import { findTools } from "../../src/rehearse/tools.ts";
import { emptyFolder } from "../support/folders.ts";

/** The release of act that the drills were proven with. */
const ACT = "0.2.89";

const program = (path: string, text = "exit 0") => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
};

const PYTHON = "import sys; print('%d.%d' % sys.version_info[:2], sys._base_executable)";
const python = (version: string, path: string) => `[ "$2" = ${JSON.stringify(PYTHON)} ] && echo "${version} ${path}"`;

/** A machine that has everything, in folders of its own. */
const machine = () => {
  const [home, bin] = [emptyFolder(), emptyFolder()];
  for (const name of ["bash", "curl", "git", "jq"]) program(join(bin, name));
  program(join(bin, "python3.11"), python("3.11", "/opt/python/bin/python3.11"));
  program(join(home, "bin/act"), `echo "act version ${ACT}"`);
  for (const name of ["python", "uv"]) program(join(home, "venv/bin", name));
  mkdirSync(join(home, "wheelhouse"));
  const search = (fields: Partial<Search> = {}): Search => ({
    ...{ home, path: [join(bin, "nothing"), bin].join(delimiter), assets: "/assets", project: "/repository/project" },
    python: { version: "3.11", installer: "pip", install: ["pip install -e ."], lockFiles: [] },
    ...fields,
  });
  return { home, bin, search };
};

const missing = async (search: Search) => {
  const found = await findTools(search);
  return found.ok ? [] : found.diagnostics;
};

test("tools: where everything is there, each is told by its absolute path", async () => {
  const { home, bin, search } = machine();
  expect(await findTools(search())).toEqual({
    ok: true,
    value: expect.objectContaining({
      act: join(home, "bin/act"),
      python: join(home, "venv/bin/python"),
      uv: join(home, "venv/bin/uv"),
      pythons: ["/opt/python/bin/python3.11"],
      wheelhouse: join(home, "wheelhouse"),
      programs: Object.fromEntries(["bash", "curl", "git", "jq"].map(name => [name, join(bin, name)])),
      assets: "/assets",
    }),
  });
});

test("tools: on a machine that has nothing, everything is told at once, each with the command that installs it", async () => {
  const home = join(emptyFolder(), "home");
  const { search } = machine();
  const told = await missing(search({ home, path: "" }));
  expect(told.every(({ code, severity }) => code === "machine/missing-tool" && severity === "error")).toBe(true);
  const venv = `run \`python3 -m venv ${home}/venv && ${home}/venv/bin/pip install 'moto[server]==`;
  expect(told.map(({ message, hint }) => [message, hint])).toEqual([
    ...["bash", "curl", "git", "jq"].map(name => [
      `${name} is not there`,
      expect.stringContaining(`\`sudo apt install ${name}\``),
    ]),
    [`act ${ACT} is not there`, `run \`GOBIN=${home}/bin go install github.com/nektos/act@v${ACT}\``],
    ["the fake AWS (Python with moto and the AWS CLI) is not there", expect.stringContaining(venv)],
    ["Python 3.11 is not there", expect.stringContaining("`python.version`")],
    [
      expect.stringContaining("the folder of the project's packages"),
      expect.stringContaining(`\`cd /repository/project && ${home}/venv/bin/pip wheel --wheel-dir ${home}/wheelhouse`),
    ],
  ]);
});

test("tools: the command that gathers packages names what the project's own commands install", async () => {
  const { home, search } = machine();
  const install = ["pip install -e .[dev]", "uv pip install -r requirements.txt", "echo done"];
  const told = await missing(
    search({
      home: join(home, "venv"),
      python: { version: "3.11", installer: "uv", install, lockFiles: [] },
    }),
  );
  expect(told.at(-1)?.hint).toContain(" -e .[dev] -r requirements.txt`");
});

test("tools: one that is missing is told alone", async () => {
  const { home, bin, search } = machine();
  expect(await missing(search({ path: join(bin, "nothing") }))).toHaveLength(5);
  program(join(bin, "python3.11"), python("3.12", "/opt/python/bin/python3.12"));
  expect((await missing(search())).map(({ message }) => message)).toEqual(["Python 3.11 is not there"]);
  const other = machine();
  symlinkSync(join(other.home, "nowhere"), join(other.bin, "dangling"));
  expect(await missing(other.search({ home: join(home, "bin") }))).toHaveLength(3);
});

test("tools: an act of another release is not taken for the one the drills were proven with", async () => {
  const { home, search } = machine();
  program(join(home, "bin/act"), "echo 'act version 0.2.1'");
  expect(await missing(search())).toEqual([
    {
      ...{ code: "machine/missing-tool", severity: "error" },
      message: `act ${ACT} is needed, ${home}/bin/act is 0.2.1`,
      hint: `run \`GOBIN=${home}/bin go install github.com/nektos/act@v${ACT}\``,
    },
  ]);
  program(join(home, "bin/act"), "echo no version");
  expect((await missing(search()))[0]?.message).toContain("is something else");
});

test("tools: the interpreter itself is taken, not a launcher of that name", async () => {
  const { bin, search } = machine();
  program(join(bin, "python3.11"), "echo 'no such version is installed' >&2; exit 127");
  program(join(bin, "python3"), python("3.11", "/usr/lib/python3.11/bin/python"));
  const found = await findTools(search());
  expect(found.ok && found.value.pythons).toEqual(["/usr/lib/python3.11/bin/python"]);
});
