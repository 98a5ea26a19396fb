import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { docker } from "../docker/docker.ts";
import { need } from "../environment.ts";
import { recordAction } from "../journal.ts";
import { flag, info, input, lines, Refusal, setOutput } from "../toolkit.ts";

/** Lines, each of which may be a list. */
const list = (name: string): readonly string[] =>
  lines(name).flatMap(line =>
    line
      .split(",")
      .map(one => one.trim())
      .filter(one => one !== ""),
  );

const each = (option: string, values: readonly string[]): readonly string[] => values.flatMap(value => [option, value]);

const single = (option: string, value: string): readonly string[] => (value === "" ? [] : [option, value]);

const when = (option: string, name: string): readonly string[] => (flag(name, false) ? [option] : []);

/** Without a context it is the repository at the commit: not the workspace, and nothing that the job made there. */
const context = (): string =>
  input("context") || `${need("GITHUB_SERVER_URL")}/${need("GITHUB_REPOSITORY")}.git#${need("GITHUB_SHA")}`;

const command = (iidFile: string, metadataFile: string): readonly string[] => [
  ...["buildx", "build", "--iidfile", iidFile, "--metadata-file", metadataFile],
  ...single("--file", input("file")),
  ...each("--tag", list("tags")),
  ...each("--label", lines("labels")),
  ...each("--build-arg", lines("build-args")),
  ...each("--cache-from", lines("cache-from")),
  ...each("--cache-to", lines("cache-to")),
  ...each("--output", lines("outputs")),
  ...each(
    "--secret",
    lines("secrets").map(secret => `id=${secret.split("=")[0]}`),
  ),
  ...single("--platform", list("platforms").join(",")),
  ...single("--target", input("target")),
  ...single("--builder", input("builder")),
  ...single("--provenance", input("provenance")),
  ...single("--sbom", input("sbom")),
  ...when("--pull", "pull"),
  ...when("--no-cache", "no-cache"),
  ...when("--load", "load"),
  ...when("--push", "push"),
  context(),
];

/** Builds an image, and pushes it where the step says so. */
export const buildPush = {
  main: () => {
    const folder = mkdtempSync(join(need("RUNNER_TEMP"), "build-"));
    try {
      const [iidFile, metadataFile] = [join(folder, "iid"), join(folder, "metadata.json")];
      const { exit, out, err } = docker(command(iidFile, metadataFile), { cwd: need("GITHUB_WORKSPACE") });
      if (exit !== 0) throw new Refusal(`buildx failed with: ${err}`);
      info(out);
      const metadata = readFileSync(metadataFile, "utf8");
      const digest = (JSON.parse(metadata) as { readonly "containerimage.digest": string })["containerimage.digest"];
      setOutput("imageid", readFileSync(iidFile, "utf8"));
      setOutput("digest", digest);
      setOutput("metadata", metadata);
      const pushed = flag("push", false) || lines("outputs").some(output => /\bpush=true\b/.test(output));
      recordAction({ kind: "build", tags: list("tags"), digest, pushed });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
