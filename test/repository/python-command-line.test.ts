import { expect, test } from "vitest";
import type { CommandLineInterface } from "../../src/repository/python/command-line.ts";
import { readWords } from "../../src/repository/python/command-line.ts";
import { commandLineOf } from "../../src/repository/python/program.ts";
import { repositoryOf } from "../support/contents.ts";

const lineOf = (text: string, others: Readonly<Record<string, string>> = {}): CommandLineInterface | undefined =>
  commandLineOf(repositoryOf({ "tool.py": text, ...others }), ".", { kind: "script", name: "tool.py" });

/** What the program refuses of these words: `unknown-option --x`. */
const refused = (text: string, words: string, others: Readonly<Record<string, string>> = {}): readonly string[] => {
  const line = lineOf(text, others);
  if (!line) throw new Error("no command line");
  return readWords(
    line,
    words === "" ? [] : words.split(" ").map(word => (word === "$X" ? undefined : word)),
  ).problems.map(({ kind, name }) => `${kind} ${name}`);
};

const parser = `import argparse
parser = argparse.ArgumentParser()
`;

test("argparse: options with their names, values, defaults and choices are known", () => {
  const line = lineOf(`${parser}parser.add_argument("--mode", "-m", choices=["fast", "slow"], default="fast")
parser.add_argument("--rows", type=int, default=10)
parser.add_argument("--force", action="store_true")
parser.add_argument("--out", required=True)
parser.add_argument("source", nargs="*")
parser.parse_args()
`);
  expect(line?.isComplete).toBe(true);
  expect(line?.options.get("-m")).toMatchObject({
    names: ["--mode", "-m"],
    takesValue: true,
    required: false,
    default: "fast",
    choices: ["fast", "slow"],
    spot: { file: "tool.py", line: 3, column: 1 },
  });
  expect(line?.options.get("--rows")).toMatchObject({ default: 10 });
  expect(line?.options.get("--force")).toMatchObject({ takesValue: false, default: false });
  expect(line?.options.get("--out")).toMatchObject({ required: true });
  expect(line?.positionals).toMatchObject([{ name: "source", required: false, many: true }]);
});

test("argparse: an option that is not there is unknown; a beginning of one that is stands for it", () => {
  const text = `${parser}parser.add_argument("--config")
parser.add_argument("--count")
parser.add_argument("--dry-run", action="store_true")
parser.parse_args()
`;
  expect(refused(text, "--config a --dry")).toEqual([]);
  expect(refused(text, "--config=a --dry-run")).toEqual([]);
  expect(refused(text, "--conf a")).toEqual([]);
  expect(refused(text, "--co a")).toEqual(["ambiguous-option --co"]);
  expect(refused(text, "--dry_run")).toEqual(["unknown-option --dry_run"]);
  expect(refused(text, "--config")).toEqual(["missing-value --config"]);
  expect(refused(text, "--help --nonsense")).toEqual([]);
});

test("argparse: allow_abbrev=False takes no beginnings", () => {
  const text = `import argparse
parser = argparse.ArgumentParser(allow_abbrev=False)
parser.add_argument("--config")
parser.parse_args()
`;
  expect(refused(text, "--conf a")).toEqual(["unknown-option --conf"]);
});

test("argparse: parents, groups, helper functions of other modules, loops and classes add options", () => {
  const others = {
    "common.py": `import argparse

def base():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--config")
    return parser

def add_seed(parser, *, default=1):
    parser.add_argument("--seed", type=int, default=default)
`,
  };
  const text = `import argparse
import common
from common import add_seed

class Tool:
    def __init__(self):
        self.parser = argparse.ArgumentParser(parents=[common.base()])
        self.add()

    def add(self):
        group = self.parser.add_argument_group("files")
        group.add_argument("--out")
        exclusive = group.add_mutually_exclusive_group(required=True)
        exclusive.add_argument("--fast", action="store_true")
        for name in ("red", "blue"):
            self.parser.add_argument(f"--{name}-weight")
        add_seed(self.parser, default=7)

    def main(self):
        return self.parser.parse_args()

if __name__ == "__main__":
    Tool().main()
`;
  const line = lineOf(text, others);
  expect(line?.isComplete).toBe(true);
  expect([...(line?.options.keys() ?? [])]).toEqual([
    ...["--config", "--out", "--fast", "--red-weight", "--blue-weight", "--seed"],
  ]);
  expect(line?.options.get("--seed")).toMatchObject({ default: 7, spot: { file: "common.py", line: 9 } });
});

test("argparse: a subcommand has options of its own, also by its other name", () => {
  const text = `import argparse, sys
def train(args): ...
def main(argv=None):
    parser = argparse.ArgumentParser()
    parser.add_argument("--root")
    commands = parser.add_subparsers(dest="command", required=True)
    fit = commands.add_parser("train", aliases=["fit"])
    fit.add_argument("--epochs", required=True)
    fit.set_defaults(run=train)
    args = parser.parse_args(argv)
    return args.run(args)
sys.exit(main(sys.argv[1:]))
`;
  expect(refused(text, "--root . train --epochs 3")).toEqual([]);
  expect(refused(text, "fit")).toEqual(["missing-option --epochs"]);
  expect(refused(text, "fit --epochs 1 --root .")).toEqual(["unknown-option --root"]);
  expect(refused(text, "unheard --of")).toEqual([]);
});

test.for([
  ["parse_known_args takes anything", `${parser}parser.parse_known_args()\n`],
  [
    "a name is only known at run time",
    `${parser}import os\nparser.add_argument(os.environ["NAME"])\nparser.parse_args()\n`,
  ],
  ["another package adds options", `${parser}import lightning\nlightning.add_arguments(parser)\nparser.parse_args()\n`],
  [
    "a loop goes over something unknown",
    `${parser}for name in open("x"):\n    parser.add_argument("--" + name)\nparser.parse_args()\n`,
  ],
  [
    "options are read from files",
    `import argparse\nparser = argparse.ArgumentParser(fromfile_prefix_chars="@")\nparser.parse_args()\n`,
  ],
  [
    "the parser is a class of its own",
    `import argparse\nclass Parser(argparse.ArgumentParser):\n    pass\nParser().parse_args()\n`,
  ],
  ["the file is broken", `${parser}x = = 1\nparser.parse_args()\n`],
] as const)("argparse: nothing is said of an unknown option where %s", ([, text]) => {
  expect(refused(text, "--unknown 1")).toEqual([]);
});

test("argparse: words that are only known at run time are not judged, and neither is what follows from them", () => {
  const text = `${parser}parser.add_argument("--out")\nparser.parse_args()\n`;
  expect(refused(text, "$X --unknown")).toEqual([]);
  expect(refused(text, "--out $X --unknown")).toEqual(["unknown-option --unknown"]);
});

test("argparse: an option that is required in some cases only is not missed", () => {
  const text = `${parser}import os
if os.path.exists("x"):
    parser.add_argument("--out", required=True)
parser.parse_args()
`;
  expect(refused(text, "")).toEqual([]);
});

test("argparse: what a program gives its own parser is not its command line", () => {
  expect(lineOf(`${parser}parser.add_argument("--a")\nparser.parse_args(["--a", "1"])\n`)).toBeUndefined();
});

test("command line: a program that reads none, or by means that are not known, has none", () => {
  expect(lineOf("print(1)\n")).toBeUndefined();
  expect(lineOf("import fire\nfire.Fire(lambda name: name)\n")).toBeUndefined();
  expect(lineOf("import sys\nprint(sys.argv[1])\n")).toBeUndefined();
  expect(commandLineOf(repositoryOf({}), ".", { kind: "module", name: "sklearn.train" })).toBeUndefined();
});

test("command line: python -m runs the main of a package, and code below src", () => {
  const repository = repositoryOf({
    "models/churn/src/risk/__init__.py": "",
    "models/churn/src/risk/__main__.py": "from .cli import main\nmain()\n",
    "models/churn/src/risk/cli.py": `import argparse
def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--config")
    parser.parse_args()
`,
  });
  const line = commandLineOf(repository, "models/churn", { kind: "module", name: "risk" });
  expect([...(line?.options.keys() ?? [])]).toEqual(["--config"]);
  expect(line?.file).toBe("models/churn/src/risk/cli.py");
});

const click = `import click

def common(function):
    return click.option("--seed", type=int)(function)

OPTIONS = [click.option("--red"), click.option("--blue")]

def many(function):
    for option in reversed(OPTIONS):
        function = option(function)
    return function

@click.command()
@common
@many
@click.option("--config", "path", required=True)
@click.option("--shout/--no-shout", default=False)
@click.option("--force", is_flag=True)
@click.option("--mode", type=click.Choice(["fast", "slow"]))
@click.option("--pair", nargs=2)
@click.option("--key", envvar="KEY", required=True)
@click.argument("sources", nargs=-1)
@click.version_option("1")
def main(**options): ...

if __name__ == "__main__":
    main()
`;

test("click: options of a command, also those that its own decorators add", () => {
  expect(lineOf(click)?.isComplete).toBe(true);
  expect(refused(click, "--config a --seed 1 --red x --blue y --no-shout --force --mode fast --pair a b c d")).toEqual(
    [],
  );
  expect(refused(click, "--config=a --unknown")).toEqual(["unknown-option --unknown"]);
  expect(refused(click, "")).toEqual(["missing-option --config"]);
  expect(refused(click, "--conf a")).toEqual(["unknown-option --conf", "missing-option --config"]);
  expect(refused(click, "--config a --no-force")).toEqual(["unknown-option --no-force"]);
  expect(refused(click, "--config a --mode lazy")).toEqual(["invalid-choice --mode"]);
  expect(refused(click, "--version")).toEqual([]);
});

test("click: commands of a group, named or added later", () => {
  const text = `import click
@click.group()
@click.option("--root")
@click.pass_context
def cli(context, root): ...
@cli.command()
@click.option("--epochs", required=True)
def train_model(epochs): ...
@click.command()
def other(): ...
cli.add_command(other, name="another")
cli()
`;
  expect(refused(text, "--root . train-model --epochs 1")).toEqual([]);
  expect(refused(text, "train-model")).toEqual(["missing-option --epochs"]);
  expect(refused(text, "another --epochs 1")).toEqual(["unknown-option --epochs"]);
});

test("click: nothing is said where it takes unknown options, or a decorator of another package is in between", () => {
  const relaxed = `import click
@click.command(context_settings=dict(ignore_unknown_options=True))
def main(): ...
main()
`;
  const foreign = `import click
import extra
@click.command()
@extra.more_options
def main(): ...
main()
`;
  expect(refused(relaxed, "--unknown")).toEqual([]);
  expect(refused(foreign, "--unknown")).toEqual([]);
});

test("typer: the parameters of a function are its options, in every way of writing them", () => {
  const text = `import typer
from pathlib import Path
from typing import Annotated, List, Optional

def main(
    source: str,
    config: Annotated[Path, typer.Option("--config", "-c")] = Path("c.yaml"),
    out: Path = typer.Option(..., "--out"),
    max_rows: int = 10,
    force: bool = False,
    yes: Annotated[bool, typer.Option("--yes")] = False,
    tags: Optional[List[str]] = None,
    name: str | None = None,
):
    ...

if __name__ == "__main__":
    typer.run(main)
`;
  const line = lineOf(text);
  expect(line?.isComplete).toBe(true);
  expect(line?.positionals).toMatchObject([{ name: "source", required: true }]);
  expect(refused(text, "a --out o -c x --max-rows 3 --no-force --yes --tags a --tags b --name n")).toEqual([]);
  expect(refused(text, "a")).toEqual(["missing-option --out"]);
  expect(refused(text, "a --out o --no-yes")).toEqual(["unknown-option --no-yes"]);
  expect(refused(text, "a --out o --max_rows 3")).toEqual(["unknown-option --max_rows"]);
});

test("typer: one command is the application itself, several are its subcommands", () => {
  const one = `import typer
app = typer.Typer()
@app.command()
def score(threshold: float = 0.5): ...
app()
`;
  const several = `import typer
app = typer.Typer()
data = typer.Typer()
app.add_typer(data, name="data")
@app.command("fit")
def train(epochs: int = 1): ...
@data.command()
def pull_all(remote: str = typer.Option()): ...
app()
`;
  expect(refused(one, "--threshold 1")).toEqual([]);
  expect(refused(one, "--limit 1")).toEqual(["unknown-option --limit"]);
  expect(refused(several, "fit --epochs 1")).toEqual([]);
  expect(refused(several, "fit --threshold 1")).toEqual(["unknown-option --threshold"]);
  expect(refused(several, "data pull-all")).toEqual(["missing-option --remote"]);
});
