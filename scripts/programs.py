"""Reads off dvc, mlflow, aws and docker what their command lines accept, and writes it down for the linter.

Two steps, because each program, and each of its versions, lives in an environment of its own:

    PYTHON_OF_PROGRAM scripts/programs.py read dvc > dvc-3.67.1.json      (also: mlflow, aws)
    python3 scripts/programs.py read docker --binary docker --config DIR > docker.json
    python3 scripts/programs.py write src/lint/programs/dvc.ts dvc-3.67.1.json dvc-3.0.0.json
    npx biome check --write src/lint/programs

`read` prints one version as JSON; `write` merges versions, the newest first: a flag that one of them knows is known,
and where two disagree the more lenient wins. The folder DIR holds the plugins in `cli-plugins`; no engine is needed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

Flag = dict[str, Any]
Command = dict[str, Any]

# How many words a flag takes, from the strictest to the most lenient.
ARITIES = ["", "=", "=+", "=?", "=*"]


def flag(names: Iterable[str], takes: str = "", choices: Iterable[Any] = (), answers: bool = False) -> Flag:
    """One flag; `answers` is for those that print something and end the program, whatever else was given."""
    return {"names": list(names), "takes": takes, "choices": [str(each) for each in choices], "answers": answers}


def command(flags: list[Flag], least: int = 0, most: int | None = 0, **more: Any) -> Command:
    """`rest`: words after the first operand are not the program's own; `open`: not everything it accepts is known."""
    return {"flags": flags, "least": least, "most": most, "choices": [], "rest": False, "open": False, **more}


# argparse: dvc and aws


def from_argparse(parser: argparse.ArgumentParser) -> Command:
    flags: list[Flag] = []
    least, most, rest, choices = 0, 0, False, []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            continue
        if action.option_strings:
            answers = isinstance(action, (argparse._HelpAction, argparse._VersionAction))
            negative = [name for name in action.option_strings if name.startswith("--no-")]
            positive = [name for name in action.option_strings if name not in negative]
            for names in (positive, negative) if positive else (negative,):
                if names:
                    flags.append(flag(names, arity(action), action.choices or (), answers))
            continue
        count = action.nargs
        least += 0 if count in ("?", "*", argparse.REMAINDER) else count if isinstance(count, int) else 1
        many = count in ("*", "+", argparse.REMAINDER)
        most = None if many or most is None else most + (count if isinstance(count, int) else 1)
        rest = rest or count == argparse.REMAINDER
        if action.choices and len([each for each in parser._actions if not each.option_strings]) == 1:
            choices = [str(each) for each in action.choices]
    return command(flags, least, most, rest=rest, choices=choices)


def arity(action: argparse.Action) -> str:
    if action.nargs is None:
        return "="
    if action.nargs == 0:
        return ""
    # More than one word is read as any number of them: nothing here takes exactly two and is worth its own sign.
    return {"?": "=?", "*": "=*", 1: "="}.get(action.nargs, "=+")


def read_dvc() -> dict[str, Any]:
    import dvc
    from dvc.cli.parser import get_main_parser

    commands: dict[str, Command] = {}
    aliases: dict[str, str] = {}

    def walk(parser: argparse.ArgumentParser, path: tuple[str, ...]) -> None:
        commands[" ".join(path)] = from_argparse(parser)
        for action in parser._actions:
            if not isinstance(action, argparse._SubParsersAction):
                continue
            commands[" ".join(path)].update(least=int(action.required), most=1)
            first: dict[int, str] = {}
            for name, child in action.choices.items():
                if id(child) in first:
                    aliases[" ".join((*path, name))] = first[id(child)]
                    continue
                first[id(child)] = " ".join((*path, name))
                walk(child, (*path, name))

    walk(get_main_parser(), ())
    return {
        "program": "dvc",
        "dialect": "argparse",
        "version": dvc.__version__,
        "commands": commands,
        "aliases": aliases,
    }


AWS_SERVICES = ["configure", "cloudwatch", "ecr", "ecs", "logs", "s3", "s3api", "sts"]


def read_aws() -> dict[str, Any]:
    import awscli
    from awscli.argparser import ArgTableArgParser
    from awscli.clidriver import create_clidriver

    driver = create_clidriver()
    services = driver._get_command_table()
    main = from_argparse(
        driver.create_parser(services) if hasattr(driver, "create_parser") else driver._create_parser(services)
    )
    commands = {"": {**main, "choices": [], "least": 1, "most": 1, "rest": False, "open": True}}

    def walk(node: Any, path: tuple[str, ...]) -> None:
        service = hasattr(node, "_get_command_table")
        children = node._get_command_table() if service else getattr(node, "subcommand_table", {})
        commands[" ".join(path)] = command([]) if service else from_argparse(ArgTableArgParser(node.arg_table, None))
        if children:
            # Of these groups, `aws configure` alone does something without a subcommand.
            commands[" ".join(path)].update(least=int(path != ("configure",)), most=1)
        for name, child in children.items():
            walk(child, (*path, name))

    for service in AWS_SERVICES:
        walk(services[service], (service,))
    return {
        "program": "aws",
        "dialect": "argparse",
        "inherits": True,
        "version": awscli.__version__,
        "commands": commands,
        "aliases": {},
    }


# click: mlflow


def read_mlflow() -> dict[str, Any]:
    import click
    import mlflow.version
    from mlflow.cli import cli

    commands: dict[str, Command] = {}

    def walk(node: click.Command, path: tuple[str, ...]) -> None:
        context = click.Context(node)
        flags = [
            each for option in node.get_params(context) if isinstance(option, click.Option) for each in options(option)
        ]
        operands = [each for each in node.params if isinstance(each, click.Argument)]
        choices = (
            list(operands[0].type.choices) if len(operands) == 1 and isinstance(operands[0].type, click.Choice) else []
        )
        commands[" ".join(path)] = command(
            flags,
            sum(max(each.nargs, 1) for each in operands if each.required and not each.envvar),
            None if any(each.nargs < 0 for each in operands) else sum(each.nargs for each in operands),
            choices=choices,
        )
        if isinstance(node, click.Group):
            commands[" ".join(path)].update(least=0, most=1)
            for name in node.list_commands(context):
                walk(node.get_command(context, name), (*path, name))

    def options(option: click.Option) -> list[Flag]:
        if option.nargs != 1:
            raise ValueError(f"{option.name} takes {option.nargs} words, which the tables cannot say")
        if option.is_flag or option.count:
            answers = option.is_eager and bool({"--help", "--version"} & set(option.opts))
            return [flag(names, "", (), answers) for names in (option.opts, option.secondary_opts) if names]
        takes = "=?" if option._flag_needs_value else "="
        choices = option.type.choices if isinstance(option.type, click.Choice) and option.type.case_sensitive else ()
        return [flag(option.opts, takes, choices)]

    walk(cli, ())
    aliases = {"ui": "server"} if cli.get_command(click.Context(cli), "ui").name == "server" else {}
    return {
        "program": "mlflow",
        "dialect": "click",
        "version": mlflow.version.VERSION,
        "commands": commands,
        "aliases": aliases,
    }


# pflag: docker, of which only the help and the complaints can be had

HIDDEN_COMMANDS = {
    "buildx": ["install", "uninstall", "debug", "dap"],
    "compose": ["alpha", "convert"],
    "system": ["dial-stdio"],
}
# Commands of plugins that are not read here, and of nothing but Docker's own distribution.
PLUGINS = (
    "agent ai app cagent cloud debug desktop dev dhi extension feedback harmonia hub init insights mcp "
    "model offload pass sandbox sbom scan scout slim trust-ng whoami"
)
# What newer releases accept than can be read here, by docker's reference documentation, in the notation of the tables.
NEWER = {
    "buildx bake": "--policy= --var=",
    "buildx build": "--policy= --resource=",
    "buildx imagetools create": "--metadata-file=",
    "buildx dap attach": "*",
    "buildx history trace": "*",
    "buildx policy": "*",
    "buildx replay": "*",
}
FLAG_LINE = re.compile(r"^ {2,6}(?:(-\w), )?(--[\w.-]+)(?: ([^\s]+))?(?:  +|$)")


class Docker:
    def __init__(self, binary: str, config: str) -> None:
        self.binary, self.config = binary, config

    def run(self, *words: str, **env: str) -> str:
        # No engine answers there, so nothing that is tried can come to pass.
        nowhere = {
            "DOCKER_HOST": "tcp://127.0.0.1:9",
            "HOME": "/nonexistent",
            "BUILDX_EXPERIMENTAL": "1",
            "NO_COLOR": "1",
        }
        done = subprocess.run(
            [self.binary, "--config", self.config, *words],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={"PATH": "/usr/bin:/bin", "COLUMNS": "1000", **nowhere, **env},
            cwd="/",
            text=True,
            timeout=60,
        )
        return done.stdout

    def help(self, path: str, **env: str) -> Help:
        return Help(self.run(*path.split(), "--help", **env))


class Help:
    def __init__(self, text: str) -> None:
        self.text = text
        usage = re.search(r"^Usage: +docker ?(.*)$", text, re.MULTILINE)
        self.usage = usage.group(1) if usage else ""
        words = self.usage.split()
        own = next((index for index, word in enumerate(words) if not re.fullmatch(r"[a-z][a-z-]*", word)), len(words))
        self.path = " ".join(words[:own])
        section = re.search(r"^Aliases:\n((?: +.*\n?)+)", text, re.MULTILINE)
        self.aliases = [each.strip().removeprefix("docker ") for each in section.group(1).split(",")] if section else []
        self.children: list[str] = []
        heading = ""
        for line in text.splitlines():
            if line and not line.startswith(" "):
                heading = line
            entry = re.match(r"^ {2}([a-z][\w-]*)\*? ", line)
            if entry and re.search(r"Commands", heading):
                self.children.append(entry.group(1))

    def flags(self) -> list[Flag]:
        found = []
        for line in self.text.splitlines():
            match = FLAG_LINE.match(line)
            if not match:
                continue
            short, long, kind = match.groups()
            # pflag names the kind of every flag but a boolean, and shows in brackets what it means without a value.
            takes = "" if kind is None or "[=" in kind else "="
            found.append(flag([name for name in (short, long) if name], takes))
        return found


def read_docker(binary: str, config: str, probe: bool) -> dict[str, Any]:
    docker = Docker(binary, config)
    commands: dict[str, Command] = {}
    aliases: dict[str, str] = {}

    def walk(path: str) -> None:
        shown = docker.help(path)
        spelled = [shown.path, *shown.aliases]
        # The name under its group: `image ls` rather than `images`. The builder calls itself `buildx build`.
        name = (
            shown.path
            if " " in shown.path or not shown.aliases
            else next((each for each in spelled if " " in each), shown.path)
        )
        for other in {path, *spelled} - {name}:
            aliases[other] = name
        if name in commands:
            return
        children = [
            *shown.children,
            *[each for each in HIDDEN_COMMANDS.get(name, []) if docker.help(f"{name} {each}").path != name],
        ]
        commands[name] = command(shown.flags(), 0, 1 if children else 0)
        for child in dict.fromkeys(children):
            walk(f"{path} {child}".strip())
        if not children:
            commands[name].update(operands(docker, name))

    walk("")
    # What the builder before buildx took, most of which buildx still takes without saying so.
    commands["buildx build"]["flags"] += docker.help("build", DOCKER_BUILDKIT="0").flags()
    groups = {path for path in commands if any(other.startswith(f"{path} ") for other in commands)} | {""}
    for path in groups:
        aliases.pop(path, None)
    if probe:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            leaves = [path for path in commands if path not in groups or path in UNLISTED and path]
            for path, extra in zip(leaves, pool.map(lambda path: hidden(docker, path, commands), leaves)):
                commands[path]["flags"] += extra
    for each in commands.values():
        each["flags"].append(flag(["--help"], answers=True))
        each["flags"] = merged([each["flags"]], "")
    commands[""]["flags"] = [
        {**each, "answers": each["answers"] or "--version" in each["names"]} for each in commands[""]["flags"]
    ]
    for path, more in NEWER.items():
        newer = [flag([each.rstrip("=")], "=" * each.endswith("=")) for each in more.split() if each != "*"]
        commands.setdefault(path, command([], 0, None, open=True))["flags"] += newer
    for plugin in PLUGINS.split():
        commands.setdefault(plugin, command([], 0, None, open=True))
    version = [docker.run("--version").split()[2].split("+")[0], *plugin_versions(docker)]
    return {
        "program": "docker",
        "dialect": "pflag",
        "version": ", ".join(version),
        "commands": commands,
        "aliases": aliases,
    }


def plugin_versions(docker: Docker) -> list[str]:
    buildx = re.search(r"(\d+\.[\d.]+\d)", docker.run("buildx", "version"))
    compose = re.search(r"(\d+\.[\d.]+\d)", docker.run("compose", "version"))
    return [f"{name} {found.group(1)}" for name, found in (("buildx", buildx), ("compose", compose)) if found]


def operands(docker: Docker, path: str) -> dict[str, Any]:
    """How many operands a command wants, by what it says to none and to many."""
    # Followed by an unknown flag, so that a command that would be content does not run.
    rest = "unknown flag" not in docker.run(*path.split(), "x", "--no-such-flag")
    few, many = docker.run(*path.split()), docker.run(*path.split(), *["x"] * 9)
    said = re.search(r"(?:requires|accepts) (.*)", few), re.search(r"(?:requires|accepts) (.*)", many)
    if 'unknown command "x"' in many:
        return {"least": 0, "most": 0, "rest": False}
    least, most = 0, None
    if said[0]:
        exact, at_least, between = numbers(said[0].group(1))
        least = exact if exact is not None else at_least if at_least is not None else between
    if said[1]:
        wanted = said[1].group(1)
        found = [int(each) for each in re.findall(r"\d+", wanted.split("received")[0])]
        most = 0 if re.match(r"no arg", wanted) else found[-1] if found else None
    return {"least": max(least or 0, int(rest)), "most": most, "rest": rest}


def numbers(wanted: str) -> tuple[int | None, int | None, int]:
    """`exactly 1`, `at least 1`, `between 1 and 2`: the exact number, the least, and the first of a range."""
    found = [int(each) for each in re.findall(r"\d+", wanted.split("received")[0])]
    if not found or "at most" in wanted and "at least" not in wanted:
        return None, None, 0
    return (None, found[0], 0) if "at least" in wanted else (found[0], None, 0)


# Accepted here and there for the sake of old scripts, or always, but listed nowhere.
UNLISTED = {
    "": "--net --net-alias --dns-opt --kernel-memory --time --timeout --name --disable-content-trust --orchestrator "
    "--kubeconfig --platform --quiet --format",
    "buildx": "--append --buildkitd-config --config --detach --invoke --keep-storage --keep-daemon --no-header --on "
    "--output --print --progress --root --server-config --squash",
    "compose": "--all --build --compress --detach --filter --force-rm --format --memory --no-ansi --no-color --no-rm "
    "--parallel --progress --quiet --services --timeout --verbose --version --workdir -a -d -q -t -v",
}


def hidden(docker: Docker, path: str, commands: dict[str, Command]) -> list[Flag]:
    """Flags that a command accepts without listing them."""
    known = {name for each in commands[path]["flags"] for name in each["names"]}
    family = path.split()[0]
    candidates = set(UNLISTED.get(family, UNLISTED[""]).split())
    found = []
    for name in sorted(candidates - known):
        # The unknown flag that follows keeps all of this from running.
        said = docker.run(*path.split(), name, "--no-such-flag")
        if f"unknown flag: {name}\n" in said or f"unknown shorthand flag: '{name[1]}'" in said:
            continue
        found.append(flag([name], "" if "unknown flag: --no-such-flag" in said else "="))
    return found


# Putting versions together, and down


def merged(lists: list[list[Flag]], where: str) -> list[Flag]:
    result: list[Flag] = []
    for each in (each for flags in lists for each in flags):
        same = next((known for known in result if set(known["names"]) & set(each["names"])), None)
        if same is None:
            result.append({**each})
            continue
        same["names"] = list(dict.fromkeys([*same["names"], *each["names"]]))
        same["answers"] = same["answers"] or each["answers"]
        if same["takes"] != each["takes"]:
            print(f"{where}: {same['names']} takes '{same['takes']}' or '{each['takes']}'", file=sys.stderr)
        same["takes"] = max(same["takes"], each["takes"], key=ARITIES.index)
        same["choices"] = (
            list(dict.fromkeys([*same["choices"], *each["choices"]])) if same["choices"] and each["choices"] else []
        )
    return result


def merge(versions: list[dict[str, Any]]) -> dict[str, Any]:
    commands: dict[str, Command] = {}
    aliases: dict[str, str] = {}
    for path in dict.fromkeys(path for version in versions for path in version["commands"]):
        seen = [version["commands"][path] for version in versions if path in version["commands"]]
        mosts = [each["most"] for each in seen]
        choices = [each["choices"] for each in seen]
        commands[path] = command(
            merged([each["flags"] for each in seen], f"{versions[0]['program']} {path}"),
            min(each["least"] for each in seen),
            None if None in mosts else max(mosts),
            choices=list(dict.fromkeys(name for each in choices for name in each)) if all(choices) else [],
            rest=any(each["rest"] for each in seen),
            open=any(each["open"] for each in seen),
        )
    for version in versions:
        for alias, path in version["aliases"].items():
            if alias not in commands:
                aliases.setdefault(alias, path)
    return {
        **versions[0],
        "version": "; ".join(each["version"] for each in versions),
        "commands": commands,
        "aliases": aliases,
    }


def written(each: Flag) -> str:
    """A flag in the notation of the tables; of a flag that may have several values or none, the choices are left out."""
    names = sorted(each["names"], key=lambda name: name.startswith("--"))
    choices = "|".join(each["choices"]) if each["takes"] == "=" else ""
    return f"{','.join(names)}{each['takes']}{choices}{'!' if each['answers'] else ''}"


def counts(each: Command) -> list[str]:
    """How many operands a command wants, and which."""
    most = "" if each["most"] is None else each["most"]
    word = f"{each['least']}..{most}{'!' if each['rest'] else ''}"
    return ["|".join([word, *each["choices"]])] if each["most"] != 0 or each["rest"] else []


def sets_of(commands: dict[str, list[str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Takes out what many commands share: the largest saving first, as long as there is one."""
    sets: dict[str, list[str]] = {}
    remaining = {path: list(flags) for path, flags in commands.items()}
    while len(sets) < len(string.ascii_letters):
        lists = [frozenset(each) for each in remaining.values() if each]
        candidates = {one & other for index, one in enumerate(lists) for other in lists[index + 1 :]} | set(lists)
        best, gain = frozenset[str](), 0
        for candidate in candidates:
            if len(candidate) < 2:
                continue
            users = sum(candidate <= each for each in lists)
            saved = (users - 1) * sum(len(each) + 1 for each in candidate) - users * 3 - 10
            if saved > gain or (saved == gain and saved > 0 and sorted(candidate) < sorted(best)):
                best, gain = candidate, saved
        if gain < 20:
            break
        name = string.ascii_letters[len(sets)]
        sets[name] = sorted(best)
        for path, flags in remaining.items():
            if best <= set(flags):
                remaining[path] = [f"@{name}", *[each for each in flags if each not in best]]
    return sets, remaining


def to_typescript(program: dict[str, Any]) -> str:
    name = program["program"]
    commands, aliases = program["commands"], program["aliases"]
    flags = {path: sorted(written(each) for each in value["flags"]) for path, value in commands.items()}
    if program.get("inherits"):
        own = {path: [each for each in value if each not in flags[""] or path == ""] for path, value in flags.items()}
        flags = own
    sets, remaining = sets_of(flags)
    lines = []
    for path in sorted({*commands, *aliases}):
        if path.rpartition(" ")[0] in aliases:
            continue
        if path not in commands:
            lines.append((path, f">{aliases[path]}"))
            continue
        each = commands[path]
        words = [*remaining[path], *counts(each), *(["*"] if each["open"] else [])]
        lines.append((path, " ".join(words)))
    quote = json.dumps
    body = "".join(
        f"    {key if re.fullmatch(r'[a-z]+', key) else quote(key)}: {quote(text)},\n" for key, text in lines
    )
    shared = "".join(f"    {key}: {quote(' '.join(value))},\n" for key, value in sets.items())
    inherits = "  inherits: true,\n" if program.get("inherits") else ""
    return (
        f"// Made by scripts/programs.py from {name} {program['version']}; not to be edited.\n"
        'import type { Grammar } from "./grammar.ts";\n\n'
        f"export const {name}: Grammar = {{\n"
        f'  dialect: "{program["dialect"]}",\n{inherits}'
        f"  sets: {{\n{shared}  }},\n  commands: {{\n{body}  }},\n}};\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(dest="step", required=True)
    read = steps.add_parser("read")
    read.add_argument("program", choices=["dvc", "mlflow", "aws", "docker"])
    read.add_argument("--binary", default="docker")
    read.add_argument("--config", default="/nonexistent")
    read.add_argument(
        "--listed-only", action="store_true", help="leave out the flags that docker accepts but does not list"
    )
    write = steps.add_parser("write")
    write.add_argument("file", type=Path)
    write.add_argument("versions", nargs="+", type=Path)
    given = parser.parse_args()
    if given.step == "write":
        given.file.write_text(to_typescript(merge([json.loads(each.read_text()) for each in given.versions])))
    elif given.program == "docker":
        json.dump(read_docker(given.binary, given.config, not given.listed_only), sys.stdout, indent=1)
    else:
        json.dump({"dvc": read_dvc, "mlflow": read_mlflow, "aws": read_aws}[given.program](), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
