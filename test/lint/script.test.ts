import { expect, test } from "vitest";
import { environmentWrites } from "../../src/lint/environment-files.ts";
import type { Script } from "../../src/lint/script.ts";
import { readWorkflowFile } from "../../src/lint/workflow-file.ts";

const scriptOf = async (script: string): Promise<Script> => {
  const text = `on: push\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n${script.replaceAll(/^/gm, "          ")}\n`;
  const { workflow } = await readWorkflowFile("w.yaml", text, undefined);
  const found = workflow?.steps[0]?.script;
  if (!found) throw new Error("there is no script");
  return found;
};

const named = ({ commands }: Script, name: string) => commands.find(command => command.name === name);

test("script: a word tells what is put into it, but not what a substitution does with it", async () => {
  const script = await scriptOf(
    `build "ghcr.io/$OWNER/\${NAME,,}:\${{ github.sha }}" $(lower "$SECRET") '\${{ env.X }}'`,
  );
  expect(named(script, "build")?.args.map(({ expansions }) => expansions)).toEqual([
    ["$OWNER", `\${NAME,,}`, `\${{ github.sha }}`],
    [],
    [`\${{ env.X }}`],
  ]);
});

test("script: a here document tells what is put into it, unless its end is quoted", async () => {
  const script = await scriptOf("cat <<END\nA=$A\nEND\ntee <<'END'\nB=$B\nEND");
  expect(named(script, "cat")?.redirects[0]?.target?.expansions).toEqual(["$A"]);
  expect(named(script, "tee")?.redirects[0]?.target?.expansions).toEqual([]);
});

test("script: commands of branches, loops and functions run only in some cases, as do those after a test", async () => {
  const script = await scriptOf(`always
if check; then branch; else other; fi
for x in 1 2; do loop; done
define() { body; }
[ -f x ] && tested
make && made
fail || instead
case $X in a) chosen ;; esac`);
  const sure = script.commands.filter(({ conditional }) => !conditional).map(({ name }) => name);
  expect(sure).toEqual(["always", "check", "[", "make", "made", "fail"]);
});

test("script: the redirection of a group or loop reaches the commands in it, each stream once", async () => {
  const script = await scriptOf(`{
  echo a
  echo b >own.txt
  echo c | sort
  x=$(echo d)
} >>"$GITHUB_ENV"
while read -r line; do consume; done <in.txt`);
  const targets = script.commands.map(({ name, args, redirects }) => [
    [name, ...args.map(({ value }) => value)].join(" "),
    redirects.map(({ operator, target }) => `${operator}${target?.text}`).join(" "),
  ]);
  expect(targets).toEqual([
    ["echo a", '>>"$GITHUB_ENV"'],
    ["echo b", ">own.txt"],
    ["echo c", ""],
    ["sort", '>>"$GITHUB_ENV"'],
    ["echo d", ""],
    ["read -r line", "<in.txt"],
    ["consume", "<in.txt"],
  ]);
});

test("environment files: what ends in one is found with all that feeds it, and nothing else", async () => {
  const script = await scriptOf(`cat key | base64 -d | tee -a "$GITHUB_ENV"
echo out >> \${GITHUB_OUTPUT}
echo note 2>> "$GITHUB_ENV"
echo none >> "$GITHUB_STEP_SUMMARY"`);
  const writes = environmentWrites(script).map(({ file, command, sources }) => [
    file,
    command.name,
    sources.map(({ name }) => name),
  ]);
  expect(writes).toEqual([
    ["GITHUB_ENV", "tee", ["base64", "cat"]],
    ["GITHUB_OUTPUT", "echo", []],
  ]);
});
