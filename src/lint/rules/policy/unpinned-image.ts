import { containersOf } from "../../containers.ts";
import type { Node } from "../../node.ts";
import { defineRule } from "../../rule.ts";

const DIGEST = /@sha256:[0-9a-f]{64}$/;

export const unpinnedImage = defineRule({
  id: "policy/unpinned-image",
  severity: "warning",
  summary: "A container image is named by a tag, which its owner can move.",
  why: "The next run may get another image: a newer one that breaks the job, or one of whoever took over the account, with the job's secrets at hand.",
  hint: "add the digest: `name:tag@sha256:<64 hex digits>`, as `docker buildx imagetools inspect name:tag` prints it",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idcontainerimage",
  examples: {
    kind: "job",
    bad: `example:
  name: Example
  runs-on: ubuntu-latest
  container: python:3.12
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say the version
      run: python --version
`,
    good: `example:
  name: Example
  runs-on: ubuntu-latest
  container: python:3.12@sha256:5a8a6e1f0c5f2b5f8a9d6c0b7a3e4f1d2c3b4a5968778695a4b3c2d1e0f1a2b3
  timeout-minutes: 10
  permissions: {}
  steps:
    - name: Say the version
      run: python --version
`,
  },
  check: ({ jobs, calls }, report) => {
    const look = (node: Node | undefined, prefix = ""): void => {
      const { literal } = node ?? {};
      const image = literal?.slice(prefix.length);
      if (node && image && !DIGEST.test(image)) report(node.place, `image \`${image}\` is not pinned to a digest`);
    };
    for (const container of jobs.flatMap(containersOf)) look(container.isMapping ? container.get("image") : container);
    for (const { kind, node } of calls) if (kind === "docker") look(node, "docker://");
  },
});
