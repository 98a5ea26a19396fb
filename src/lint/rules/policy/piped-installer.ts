import { defineRule } from "../../rule.ts";
import type { ShellCommand } from "../../script.ts";
import { isPython } from "../../wrappers.ts";

export const pipedInstaller = defineRule({
  id: "policy/piped-installer",
  severity: "warning",
  summary: "A program is run as it comes from the network.",
  why: "What the server sends today is run, whatever it is, and a connection that breaks off runs half of it. Nothing says which version that was.",
  hint: "use an action pinned to a commit, or download the file, compare its checksum, then run it",
  reference: "https://docs.github.com/actions/reference/security/secure-use",
  examples: {
    kind: "step",
    bad: `- name: Install uv
  run: curl -LsSf https://astral.sh/uv/install.sh | sh
`,
    good: `- name: Install uv
  uses: astral-sh/setup-uv@20cfd1bf945f4377ade1205e4dbc17946fc9a30d # v10.0.1
  with:
    enable-cache: false
`,
  },
  check: ({ scripts }, report) => {
    for (const { script } of scripts) {
      const downloads = script.commands.filter(({ name }) => name === "curl" || name === "wget");
      for (const download of downloads) {
        const runner =
          readers(download).find(runsInput) ?? script.commands.find(other => runsOutputOf(download, other));
        if (runner) report(download.place, `\`${runner.name}\` runs what \`${download.name}\` downloads, unseen`);
      }
    }
  },
});

/** The commands its output goes through. */
const readers = ({ pipedInto }: ShellCommand): readonly ShellCommand[] =>
  pipedInto ? [pipedInto, ...readers(pipedInto)] : [];

const shells: ReadonlySet<string> = new Set(["sh", "bash", "dash", "zsh", "ksh"]);
const languages: ReadonlySet<string> = new Set(["node", "perl", "ruby"]);

/** Options of a shell that take the next word. */
const VALUED: ReadonlySet<string> = new Set(["-o", "+o", "-O", "+O", "--rcfile", "--init-file"]);

/** Whether it takes its input for its program: it is named no other. */
const runsInput = ({ name = "", args }: ShellCommand): boolean => {
  if (!shells.has(name) && !languages.has(name) && !isPython(name)) return false;
  for (let index = 0; index < args.length; index += 1) {
    const { start } = args[index] as ShellCommand["args"][number];
    if (start === "-" || start === "/dev/stdin") return true;
    if (shells.has(name) && /^-[a-z]*s[a-z]*$/.test(start)) return true;
    // `-c`, `-e` and `-m` name a program, and so does the first word that is no option.
    if (/^-[a-zA-Z]*[cem]$/.test(start) && !(shells.has(name) && /^-[a-z]*[em]$/.test(start))) return false;
    if (VALUED.has(start)) index += 1;
    else if (!/^[-+]/.test(start)) return false;
  }
  return true;
};

/** Whether it runs the text that a download inside of its words gives: `bash -c "$(curl …)"`, `source <(curl …)`. */
const runsOutputOf = (download: ShellCommand, { name = "", args }: ShellCommand): boolean => {
  if (!download.captured) return false;
  const isProgram = ["eval", "source", "."].includes(name) || shells.has(name) || isPython(name) || languages.has(name);
  const { line, column } = download.place;
  return (
    isProgram &&
    args.some(({ value, place }) => {
      const begins = place.line < line || (place.line === line && place.column <= column);
      const ends = place.endLine > line || (place.endLine === line && place.endColumn >= column);
      return value === undefined && begins && ends;
    })
  );
};
