import { imageReferences } from "../../image-reference.ts";
import { defineRule } from "../../rule.ts";

const NAMES: ReadonlySet<string> = new Set([
  ...["github.repository", "github.repository_owner", "github.actor"],
  ...["github.event.repository.full_name", "github.event.repository.name", "github.event.repository.owner.login"],
]);

export const imageNameFromRepository = defineRule({
  id: "pipeline/image-name-from-repository",
  severity: "warning",
  summary: "The name of an image is made of the repository's name as GitHub spells it.",
  why: "Names of images are in lower case. As soon as the owner or the repository has a capital letter, which GitHub allows, Docker refuses the name.",
  hint: `put it in lower case first: \`\${OWNER,,}\` in bash, or let docker/metadata-action make the tags`,
  reference: "https://docs.docker.com/reference/cli/docker/image/tag/",
  examples: {
    kind: "step",
    bad: `- name: Build the image
  run: docker build --file Dockerfile.api --tag "ghcr.io/$GITHUB_REPOSITORY/api:latest" .
`,
    good: `- name: Build the image
  run: docker build --file Dockerfile.api --tag "ghcr.io/\${GITHUB_REPOSITORY,,}/api:latest" .
`,
  },
  check: (workflow, report) => {
    for (const { place, reads } of imageReferences(workflow))
      for (const name of new Set(reads))
        if (NAMES.has(name)) report(place, `\`${name}\` may have capital letters, which the name of an image must not`);
  },
});
