import fc from "fast-check";
import { expect, test } from "vitest";
import { readTarget } from "../../src/repository/python-packages/install-target.ts";
import { lockedVersion, packageLock } from "../../src/repository/python-packages/lock.ts";
import { poetryRange } from "../../src/repository/python-packages/poetry.ts";
import { pyproject, withExtras } from "../../src/repository/python-packages/pyproject.ts";
import { pythonVersionFile } from "../../src/repository/python-packages/python-version.ts";
import { packageName, readRequirement } from "../../src/repository/python-packages/requirement.ts";
import { requirements } from "../../src/repository/python-packages/requirements.ts";
import { admitsPython, isInRange } from "../../src/repository/python-packages/version.ts";
import { repositoryOf } from "../support/contents.ts";

const spot = { file: "f" };
const required = (text: string, start?: number) => {
  const { spot: _, ...rest } = readRequirement(text, spot, start) ?? { spot };
  return rest;
};

test("packages: a requirement is its name, extras, ranges, condition and address", () => {
  expect(required("DVC_Render.x[S3,gs]>=3,<4 ; python_version < '3.12'")).toEqual({
    name: "dvc-render-x",
    extras: ["s3", "gs"],
    specifier: ">=3,<4",
    marker: "python_version < '3.12'",
  });
  expect(required("mlflow (>=1)")).toEqual({ name: "mlflow", extras: [], specifier: ">=1" });
  expect(required("a===1")).toEqual({ name: "a", extras: [], specifier: "===1" });
  expect(required("a @ git+https://example.org/a.git@main ; os_name == 'posix'")).toEqual({
    name: "a",
    extras: [],
    url: "git+https://example.org/a.git@main",
    marker: "os_name == 'posix'",
  });
  expect(packageName("A.._b")).toBe("a-b");
});

test("packages: what pip refuses is no requirement", () => {
  for (const text of ["", "<<<<<<< HEAD", "a b", "dvc[s3,]", "dvc>=1,", "dvc>>1", "a>=", "[s3]", "a".repeat(6000)])
    expect(readRequirement(text, spot), text).toBeUndefined();
});

test("packages: a requirement knows where an edit would add an extra or a range", () => {
  const file = "x = dvc[s3] >= 3 , < 4";
  const parts = readRequirement(file.slice(4), spot, 4)?.parts;
  expect(file.slice(0, parts?.nameEnd)).toBe("x = dvc");
  expect(file.slice(0, parts?.extrasEnd)).toBe("x = dvc[s3");
  expect(file.slice(parts?.specifier?.start, parts?.specifier?.end)).toBe(">= 3 , < 4");
  expect(readRequirement("dvc", spot)?.parts).toBeUndefined();
});

test("packages: what can be installed is a requirement, a folder, or unknown", () => {
  const kinds = (...texts: readonly string[]) =>
    texts.map(text => {
      const target = readTarget(text, spot);
      if (target.kind === "requirement") return target.requirement.name;
      return target.kind === "local" ? `${target.path}[${target.extras}]` : target.kind;
    });
  expect(kinds(".", ".[dev,S3]", "./libs/core", "libs/core", "/opt/x")).toEqual([
    ".[]",
    ".[dev,s3]",
    "./libs/core[]",
    "libs/core[]",
    "/opt/x[]",
  ]);
  expect(
    kinds(
      "git+https://example.org/a.git#egg=My_Pkg[x]",
      "https://example.org/w/dvc_s3-3.2.1-py3-none-any.whl",
      "wheels/torch-2.0-cp311-cp311-linux_x86_64.whl",
      "pkg @ {root:uri}/libs/pkg",
      "a ; sys_platform == 'x/y'",
    ),
  ).toEqual(["my-pkg", "dvc-s3", "torch", "pkg", "a"]);
  expect(kinds("git+https://example.org/a.git", "$" + "{PKG}", "./dist/*.whl", "a b")).toEqual(
    Array(4).fill("unknown"),
  );
});

const NESTED = {
  "requirements.txt": [
    "# tools",
    "-r requirements/base.txt  # the base",
    "--requirement=requirements/base.txt",
    "-crequirements/constraints.txt",
    "--extra-index-url https://example.org/simple",
    "mlflow<3.13 \\",
    "  --hash=sha256:abc \\",
    "  --hash=sha256:def",
    "-e .[dev]",
    "-r gone.txt",
    "",
  ].join("\n"),
  "requirements/base.txt": "pandas==2.1.*\r\n-r ../requirements.txt\r\ndvc[s3]>=3 # storage\r\n",
  "requirements/constraints.txt": "numpy<2\n",
};

test("packages: a requirements file is read with those it names, whatever turns they take", () => {
  const found = requirements(repositoryOf(NESTED), "requirements.txt");
  expect(found?.requirements.map(({ name, specifier }) => `${name}${specifier ?? ""}`).sort()).toEqual([
    "dvc>=3",
    "mlflow<3.13",
    "pandas==2.1.*",
  ]);
  expect(found?.constraints.map(({ name }) => name)).toEqual(["numpy"]);
  expect(found?.locals).toEqual([expect.objectContaining({ path: ".", extras: ["dev"] })]);
  expect(found?.missing).toEqual([{ file: "gone.txt", spot: expect.objectContaining({ line: 10, column: 1 }) }]);
  expect(found?.isComplete).toBe(true);
});

test("packages: a line of a requirements file knows its place", () => {
  const text = "# é\r\n  dvc >= 3  # storage\r\n";
  const [dvc] = requirements(repositoryOf({ "r.txt": text }), "r.txt")?.requirements ?? [];
  expect(dvc?.spot).toEqual({ file: "r.txt", line: 2, column: 3, endLine: 2, endColumn: 11 });
  expect(text.slice(dvc?.parts?.specifier?.start, dvc?.parts?.specifier?.end)).toBe(">= 3");
});

test("packages: a line that cannot be understood makes it unknown what is installed", () => {
  const isComplete = (text: string) => requirements(repositoryOf({ "r.txt": text }), "r.txt")?.isComplete;
  expect(isComplete("dvc\nmlflow; python_version in '3.11 3.12'\n")).toBe(true);
  for (const line of [
    "git+https://example.org/a.git",
    "a b",
    "--frobnicate",
    "-r https://example.org/r.txt",
    "-r ../r.txt",
  ])
    expect(isComplete(`dvc\n${line}\n`), line).toBe(false);
  expect(isComplete("-c https://example.org/constraints.txt\ndvc")).toBe(true);
});

const project = (text: string, others: Readonly<Record<string, string>> = {}) =>
  pyproject(repositoryOf({ "pyproject.toml": text, ...others }), ".");
const names = (list: Iterable<{ readonly name: string }> | undefined) => [...(list ?? [])].map(({ name }) => name);

test("packages: a pyproject.toml tells its dependencies, extras and groups", () => {
  const found = project(`
[project]
name = "Credit_Risk"
requires-python = ">=3.10"
dependencies = ["pandas", "dvc[s3]>=3"]
[project.optional-dependencies]
dev = ["ruff", "credit-risk[test]"]
test = ["pytest", "credit-risk[dev]"]
[dependency-groups]
lint = ["bandit"]
all = [{ include-group = "lint" }, "mypy"]
[build-system]
requires = ["hatchling>=1"]
build-backend = "hatchling.build"
`);
  expect(found?.name).toBe("credit-risk");
  expect(found?.requiresPython).toEqual({ text: ">=3.10", spot: expect.objectContaining({ line: 4 }) });
  expect(names(found?.dependencies)).toEqual(["pandas", "dvc"]);
  expect(found && names(withExtras(found, ["dev"]))).toEqual(["pandas", "dvc", "ruff", "pytest"]);
  expect(names(found?.groups.get("all"))).toEqual(["bandit", "mypy"]);
  expect(found).toMatchObject({ tool: "hatch", buildRequires: ["hatchling"], isComplete: true, isPackage: true });
});

test("packages: Poetry's own tables are read as well, with its ranges in common words", () => {
  const found = project(`
[tool.poetry]
name = "churn"
[tool.poetry.dependencies]
python = "^3.11"
mlflow = "^2.9"
dvc = { version = "~3.50", extras = ["s3"] }
torch = [{ version = "2.0", markers = "sys_platform == 'linux'" }, { version = "1.0" }]
kaggle = { version = "*", optional = true }
[tool.poetry.extras]
data = ["kaggle"]
[tool.poetry.group.dev]
optional = true
[tool.poetry.group.dev.dependencies]
pytest = "*"
`);
  expect(found?.dependencies.map(({ name, specifier, extras }) => [name, specifier, ...extras])).toEqual([
    ["mlflow", ">=2.9,<3"],
    ["dvc", ">=3.50,<3.51", "s3"],
    ["torch", "==2.0"],
    ["torch", "==1.0"],
  ]);
  expect(found?.dependencies.every(({ name, marker }) => (marker !== undefined) === (name === "torch"))).toBe(true);
  expect(names(found?.optional.get("data"))).toEqual(["kaggle"]);
  expect([...(found?.optionalGroups ?? [])]).toEqual(["dev"]);
  expect(found).toMatchObject({ tool: "poetry", requiresPython: { text: ">=3.11,<4" }, isComplete: true });
  expect(["^0.3", "^0.0.3", "~1", "~1.2.3", "1.*", ">=1, !=2", "1 || 2"].map(poetryRange)).toEqual([
    ">=0.3,<0.4",
    ">=0.0.3,<0.0.4",
    ">=1,<2",
    ">=1.2.3,<1.3",
    "==1.*",
    ">=1,!=2",
    undefined,
  ]);
});

test("packages: dependencies that setuptools takes from a file are read there; what a build computes is unknown", () => {
  const dynamic = (source: string) => `[project]\nname = "a"\ndynamic = ["dependencies"]\n${source}`;
  const file = dynamic('[tool.setuptools.dynamic]\ndependencies = { file = ["requirements.txt"] }\n');
  const read = project(file, { "requirements.txt": "ruff\n" });
  expect([names(read?.dependencies), read?.isComplete]).toEqual([["ruff"], true]);
  expect(project(file)?.isComplete).toBe(false);
  expect(project(dynamic(""))?.isComplete).toBe(false);
  expect(project("[build-system]\nrequires = []\n")?.isComplete).toBe(false);
  expect(project('[project]\nname = "a"\ndependencies = "ruff"')?.isComplete).toBe(false);
  expect(project('[dependency-groups]\na = [{ include-group = "a" }]\n[project]\nname = "b"')?.isComplete).toBe(false);
});

test("packages: a broken pyproject.toml is a problem, and nothing is said of what it installs", () => {
  const found = project("[project\n");
  expect(found?.problems).toEqual([expect.objectContaining({ kind: "syntax" })]);
  expect(found?.isComplete).toBe(false);
});

test("packages: what manages a project is told by its lock file, its tables, or its build", () => {
  const tool = (text: string, others?: Readonly<Record<string, string>>) => project(text, others)?.tool;
  expect(tool("", { "uv.lock": "" })).toBe("uv");
  expect(tool("", { "poetry.lock": "" })).toBe("poetry");
  expect(tool("[tool.uv]\n")).toBe("uv");
  expect(tool('[build-system]\nbuild-backend = "setuptools.build_meta"')).toBe("setuptools");
  expect(tool('[build-system]\nbuild-backend = "maturin"')).toBe("other");
  expect(tool("")).toBe("setuptools");
});

test("packages: a lock file tells the one version of a package, a workspace's stands above its members", () => {
  const lock = (...packages: readonly (readonly [string, string])[]) =>
    packages.map(([name, version]) => `[[package]]\nname = "${name}"\nversion = "${version}"\n`).join("\n");
  const repository = repositoryOf({
    "uv.lock": lock(["mlflow", "3.12.0"], ["numpy", "1.26"], ["numpy", "2.0"]),
    "models/a/pyproject.toml": "",
    "models/b/poetry.lock": lock(["MLflow", "2.0"]),
  });
  expect(lockedVersion(repository, "models/a", "mlflow")).toBe("3.12.0");
  expect(lockedVersion(repository, "models/b", "mlflow")).toBe("2.0");
  expect(lockedVersion(repository, ".", "numpy")).toBeUndefined();
  expect(lockedVersion(repository, ".", "dvc")).toBeUndefined();
  expect(packageLock(repository, "models/a")?.file).toBe("uv.lock");
});

test("packages: the interpreter of a folder is told by the nearest file that names one", () => {
  const repository = repositoryOf({
    ".tool-versions": "nodejs 20.1.0\npython 3.10.4 2.7.1\n",
    "models/.python-version": "# ours\n3.11.7\n",
    "named/.python-version": "churn-env\n",
  });
  expect(pythonVersionFile(repository, "models/churn")).toEqual({
    file: "models/.python-version",
    version: "3.11.7",
    spot: { file: "models/.python-version", line: 2, column: 1, endLine: 2, endColumn: 7 },
  });
  expect(pythonVersionFile(repository, "named")?.version).toBe("3.10.4");
  expect(pythonVersionFile(repositoryOf({}), "a/b")).toBeUndefined();
});

test("packages: a series of Python is in a range if one of its patches is", () => {
  expect(["3.11", "3.11.2", "3.9", "3.12"].map(version => admitsPython(version, ">=3.11.4,<3.12"))).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect(admitsPython("3.11", "^3.11")).toBeUndefined();
  expect(isInRange("3.13.0", ">=2, <4")).toBe(true);
});

test("packages: no file makes the readers throw", () => {
  const piece = fc.constantFrom(
    ...[
      "dvc",
      "[s3]",
      "[",
      "]",
      ">=",
      "1",
      ",",
      ";",
      "@",
      "-r ",
      "-e ",
      "r.txt",
      "\\\n",
      "\n",
      " ",
      "#",
      "'",
      "(",
      "\0",
      "$" + "{A}",
    ],
    ...["[project]\n", "dependencies = [", '"a"', "[tool.poetry.dependencies]\n", "x = {", "}", "git+https://", "./"],
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 30 }).map(parts => parts.join("")),
  );
  fc.assert(
    fc.property(text, content => {
      const files = ["pyproject.toml", "r.txt", "uv.lock", ".python-version", ".tool-versions"];
      const repository = repositoryOf(Object.fromEntries(files.map(file => [file, content])));
      expect(requirements(repository, "r.txt")?.requirements).toBeInstanceOf(Array);
      expect(pyproject(repository, ".")?.dependencies).toBeInstanceOf(Array);
      expect(packageLock(repository, ".")?.file).toBe("uv.lock");
      pythonVersionFile(repository, ".");
    }),
    { numRuns: 400 },
  );
});

test("packages: a hundred thousand lines are read, or refused, within seconds", () => {
  const start = performance.now();
  const pinned = Array.from({ length: 2000 }, (_, index) => [
    `p${index}==1.0 \\`,
    ...Array(48).fill("  --hash=sha256:0 \\"),
    "",
  ]);
  expect(requirements(repositoryOf({ r: pinned.flat().join("\n") }), "r")?.requirements).toHaveLength(2000);
  const many = Array.from({ length: 100_000 }, (_, index) => `p${index}`).join("\n");
  expect(requirements(repositoryOf({ r: many }), "r")?.problems).toEqual([
    expect.objectContaining({ kind: "too-large" }),
  ]);
  expect(requirements(repositoryOf({ r: `${" ".repeat(100_000)}a` }), "r")?.requirements).toHaveLength(1);
  expect(performance.now() - start).toBeLessThan(10_000);
});
