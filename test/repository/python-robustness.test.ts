import fc from "fast-check";
import { expect, test } from "vitest";
import { programOf } from "../../src/repository/python/program.ts";
import { routesOf } from "../../src/repository/python/routes.ts";
import { repositoryOf } from "../support/contents.ts";

const follow = (text: string): void => {
  const repository = repositoryOf({ "tool.py": text, "c.yaml": "a: &a {b: *a}\n" });
  programOf(repository, ".", { kind: "script", name: "tool.py" }, ["--config", "c.yaml", undefined]);
  routesOf(repository, ".");
};

const SOUND = `import argparse, os, click, typer, yaml
from pathlib import Path
from fastapi import FastAPI, APIRouter
import mlflow
app = FastAPI()
router = APIRouter(prefix="/v1")
app.include_router(router, prefix="/api")
@router.get("/a")
def a(): return {"x": [i for i in range(3)]}
class Config:
    def __init__(self, path="c.yaml", **more):
        self.path = Path(path) / "x"
        self.data = yaml.safe_load(open(path))
    @property
    def uri(self): return self.data["uri"] or os.environ.get("URI", "mlruns")
def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", type=Path, default="c.yaml")
    args = parser.parse_args(argv)
    config = Config(args.config)
    mlflow.set_tracking_uri(config.uri)
    for name, value in {"a": 1}.items():
        with (config.path / f"{name}.json").open("w") as file:
            file.write(str(value))
    try:
        if not config.path.exists(): return 0
    except (OSError, ValueError) as error:
        raise SystemExit(1) from error
    while True:
        break
    return main(argv) if args.config else None
if __name__ == "__main__":
    main()
`;

test("python: arbitrary text never fails", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), text => follow(text)));
});

test("python: mutilated code never fails", () => {
  const lines = SOUND.split("\n");
  const cut = fc.record({
    from: fc.nat(SOUND.length),
    length: fc.nat(40),
    insert: fc.constantFrom(
      "",
      "(",
      ")",
      ":",
      "\n",
      "    ",
      "*",
      "**",
      "=",
      ",",
      "lambda ",
      "@",
      "\0",
      '"',
      "'''",
      "yield ",
      "…",
    ),
  });
  fc.assert(
    fc.property(fc.array(cut, { minLength: 1, maxLength: 5 }), cuts => {
      let text = SOUND;
      for (const { from, length, insert } of cuts) text = text.slice(0, from) + insert + text.slice(from + length);
      follow(text);
    }),
    { numRuns: 100 },
  );
  fc.assert(
    fc.property(fc.shuffledSubarray(lines), mixed => follow(mixed.join("\n"))),
    { numRuns: 40 },
  );
});

test.for([
  ["a function that calls itself", "def f(x):\n    return f(f(x)) + f(x)\nf(1)\n"],
  ["functions that call each other", "def f():\n    g()\n    g()\ndef g():\n    f()\n    f()\nf()\n"],
  ["a class that is its own base", "class A(A):\n    pass\nA().x\n"],
  ["a list that holds itself", "a = []\na.append(a)\nfor b in a:\n    for c in b:\n        print(c)\nfoo(a)\n"],
  [
    "a loop in a loop in a loop",
    `${[0, 1, 2, 3, 4, 5].map(n => `${" ".repeat(n)}for x${n} in [1,2,3,4,5,6,7,8,9]:\n`).join("")}${" ".repeat(6)}print(x0)\n`,
  ],
  ["a module that imports itself", "import tool\nfrom tool import *\ntool.x.y()\n"],
  ["texts that double", `x = "ab"\n${"x = x + x\n".repeat(60)}`],
  ["lists that double", `x = [1, 2]\n${"x = x + x\n".repeat(60)}`],
  ["lists that are spread twice", `x = [1, 2]\n${"x = [*x, *x]\n".repeat(60)}`],
  ["lists that grow by themselves", `x = [1, 2]\n${"x += x\n".repeat(60)}`],
  ["texts in texts", `x = "ab"\n${"x = f'{x}{x}'\n".repeat(60)}`],
  ["deep nesting of calls", `def f(x): return x\ny = ${"f(".repeat(100)}1${")".repeat(100)}\n`],
  [
    "a chain of functions",
    `def f0(): pass\n${Array.from({ length: 500 }, (_, n) => `def f${n + 1}(): return f${n}()\n`).join("")}f500()\n`,
  ],
  ["a constructor of everything", "x = __proto__\ny = constructor()\n{}.constructor.prototype\n{}['__proto__']\n"],
] as const)("python: %s comes to an end", ([, text]) => {
  const start = performance.now();
  follow(text);
  expect(performance.now() - start).toBeLessThan(10_000);
});
