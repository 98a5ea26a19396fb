import { readArguments } from "../arguments.ts";
import { recordGh } from "../journal.ts";
import { Refusal } from "../toolkit.ts";

const VALUED = ["-R", "--repo", "-r", "--ref", "-f", "--raw-field", "-F", "--field"];

/** `gh workflow run FILE --repo OWNER/NAME --ref BRANCH`; only written down, nothing is started. */
const start = (argv: readonly string[]): string => {
  if (!process.env.GH_TOKEN && !process.env.GITHUB_TOKEN)
    throw new Refusal("gh: To use GitHub CLI in a GitHub Actions workflow, set the GH_TOKEN environment variable.");
  const [group, verb, ...rest] = argv;
  if (group !== "workflow" || verb !== "run")
    throw new Refusal(`gh ${argv.slice(0, 2).join(" ")}: a rehearsal knows \`gh workflow run\` only`);
  const args = readArguments(rest, VALUED);
  const [workflow] = args.rest;
  const [repository, ref] = [args.last("-R", "--repo"), args.last("-r", "--ref")];
  if (workflow === undefined || !repository || !ref)
    throw new Refusal("gh workflow run: a rehearsal needs the workflow's file, --repo and --ref");
  return `✓ Created workflow_dispatch event for ${workflow} at ${ref}`;
};

/** GitHub's own command line. */
export const gh = (argv: readonly string[]): number => {
  try {
    const text = start(argv);
    recordGh({ argv, exit: 0 });
    process.stdout.write(`${text}\n`);
    return 0;
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    recordGh({ argv, exit: 1 });
    process.stderr.write(`${problem.message}\n`);
    return 1;
  }
};
