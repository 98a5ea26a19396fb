import { imageReferences, UNKNOWN } from "../../image-reference.ts";
import { defineRule } from "../../rule.ts";

/** Tags that everybody moves. */
const MOVING: ReadonlySet<string> = new Set([
  ...["latest", "main", "master", "develop", "dev", "edge", "nightly", "staging", "stable", "production", "prod"],
]);

export const mutableDeployImage = defineRule({
  id: "pipeline/mutable-deploy-image",
  severity: "warning",
  summary: "The image put into a task definition is named by a tag that moves.",
  why: "ECS resolves the tag when a task starts: what runs may be another build than the one this run tested, and a return to the old task definition starts the new image.",
  hint: `name the image by the digest that the build gives out: \`name@\${{ steps.build.outputs.digest }}\``,
  reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html",
  examples: {
    kind: "step",
    bad: `- name: Put the image into the task definition
  uses: aws-actions/amazon-ecs-render-task-definition@138c24f321fdbdf7edee4a685519d253cae2cdea # v1.9.0
  with:
    task-definition: task-definition.json
    container-name: api
    image: ghcr.io/acme/creditrisk-api:latest
`,
    good: `- name: Put the image into the task definition
  uses: aws-actions/amazon-ecs-render-task-definition@138c24f321fdbdf7edee4a685519d253cae2cdea # v1.9.0
  with:
    task-definition: task-definition.json
    container-name: api
    image: ghcr.io/acme/creditrisk-api:\${{ github.sha }}
`,
  },
  check: (workflow, report) => {
    for (const { place, text, use, tag } of imageReferences(workflow)) {
      if (use !== "deployed" || text.includes("@")) continue;
      const colon = text.lastIndexOf(":");
      const isTagged = colon > text.lastIndexOf("/");
      if (!isTagged && text.includes(UNKNOWN)) continue;
      const name = isTagged ? text.slice(colon + 1) : undefined;
      if (name === undefined) report(place, "the image has no tag, which means `latest`");
      else if (MOVING.has(name)) report(place, `the tag \`${name}\` moves with every build`);
      else if (name === UNKNOWN && tag.some(read => BRANCH.has(read)))
        report(place, "the name of a branch for a tag moves with every build");
    }
  },
});

const BRANCH: ReadonlySet<string> = new Set(["github.ref_name", "github.head_ref", "github.base_ref"]);
