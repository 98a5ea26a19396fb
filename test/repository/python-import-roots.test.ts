import { expect, test } from "vitest";
import { importRoots } from "../../src/repository/python/import-roots.ts";
import { moduleFile } from "../../src/repository/python/modules.ts";
import { repositoryOf } from "../support/contents.ts";

const roots = (pyproject: string, folder = ".") =>
  importRoots(
    repositoryOf({
      [folder === "." ? "pyproject.toml" : `${folder}/pyproject.toml`]: pyproject,
      "src/a.py": "",
      "lib/b/__init__.py": "",
      "models/churn/src/c.py": "",
      "models/churn/python/d.py": "",
    }),
    folder,
  );

test("import roots: the folder, src below it, and what the build backend is told", () => {
  expect(roots("")).toEqual([".", "src"]);
  expect(roots("[tool.setuptools.packages.find]\nwhere = ['lib', 'nowhere', '../out']\n")).toEqual([".", "src", "lib"]);
  expect(roots("[tool.setuptools.package-dir]\n'' = 'lib'\n")).toEqual([".", "src", "lib"]);
  expect(roots("[tool.poetry]\npackages = [{ include = 'b', from = 'lib' }]\n")).toEqual([".", "src", "lib"]);
  expect(roots("[tool.hatch.build.targets.wheel]\npackages = ['lib/b']\n")).toEqual([".", "src", "lib"]);
  expect(roots("[tool.uv.build-backend]\nmodule-root = 'lib'\n")).toEqual([".", "src", "lib"]);
  expect(roots("[tool.pytest.ini_options]\npythonpath = ['lib']\n")).toEqual([".", "src", "lib"]);
  expect(roots("= broken")).toEqual([".", "src"]);
});

test("import roots: those of a pipeline in a folder are below it", () => {
  expect(roots("[tool.setuptools.packages.find]\nwhere = ['python']\n", "models/churn")).toEqual([
    "models/churn",
    "models/churn/src",
    "models/churn/python",
  ]);
});

test("import roots: the file of a module is that of the first root that has it", () => {
  const repository = repositoryOf({ "src/a/__init__.py": "", "src/a/b.py": "", "src/n/c.py": "", "a.txt": "" });
  expect(moduleFile(repository, [".", "src"], "a")).toBe("src/a/__init__.py");
  expect(moduleFile(repository, [".", "src"], "a.b")).toBe("src/a/b.py");
  expect(moduleFile(repository, [".", "src"], "n")).toBe("src/n");
  expect(moduleFile(repository, [".", "src"], "x")).toBeUndefined();
});
