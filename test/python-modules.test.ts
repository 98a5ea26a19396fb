import { expect, test } from "vitest";
import { findModule } from "../src/repository/python/modules.ts";
import { repositoryOf } from "./support/contents.ts";

const repository = repositoryOf({
  "src/risk/__init__.py": "",
  "src/risk/train.py": "",
  "src/risk/fast.pyx": "",
  "src/risk/monitoring/__init__.py": "",
  "src/risk/monitoring/__main__.py": "",
  "src/risk/serving/__init__.py": "",
  "src/risk/plain/tool.py": "",
  "flat/__init__.py": "",
  "flat/cli.py": "",
  "loose/script.py": "",
});
const find = (module: string) => findModule(repository, [".", "src"], module);

test("modules: a module of the repository is found, flat or below src, also compiled or as a package with a main", () => {
  for (const module of ["risk.train", "risk.fast", "risk.monitoring", "risk.plain.tool", "flat.cli"])
    expect(find(module), module).toEqual({ kind: "found" });
});

test("modules: a module that its package does not have is missing, and the package's modules are told", () => {
  expect(find("risk.trian")).toEqual({
    kind: "missing",
    package: "src/risk",
    siblings: ["risk.monitoring.__main__", "risk.plain.tool", "risk.train"],
  });
  expect(find("risk.serving.api")).toMatchObject({ kind: "missing", package: "src/risk/serving" });
  expect(find("risk.nowhere.api")).toMatchObject({ kind: "missing", package: "src/risk" });
});

test("modules: a package without a main cannot be run", () => {
  expect(find("risk.serving")).toEqual({ kind: "no-main", package: "src/risk/serving" });
});

test("modules: what is not the repository's own package is unknown, also a folder without __init__.py", () => {
  expect(find("sklearn.missing")).toBeUndefined();
  expect(find("loose.missing")).toBeUndefined();
});
