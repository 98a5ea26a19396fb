import { environmentWrites } from "../../environment-files.ts";
import type { Access } from "../../expression.ts";
import { defineRule } from "../../rule.ts";
import { contentWords } from "../../secret-flow.ts";
import { secretIn, secretOfVariable, variablesIn } from "../../secret-values.ts";
import type { Job, Step } from "../../workflow.ts";

export const blankedOutput = defineRule({
  id: "pipeline/blanked-output",
  severity: "error",
  summary: "A job output holds the value of a secret.",
  why: "The runner drops every job output in which it finds the value of a secret (`Skip output … since it may contain secret`): the jobs that read it get an empty text, and no step fails.",
  hint: "use the secret in the job that needs it; names and regions that are no secrets belong in variables (`vars`)",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idoutputs",
  examples: {
    kind: "job",
    bad: exampleJob("secrets.AWS_REGION"),
    good: exampleJob("vars.AWS_REGION"),
  },
  check: ({ jobs }, report) => {
    for (const job of jobs)
      for (const { key, value } of job.outputs) {
        const secret = secretIn(value);
        if (secret !== undefined) {
          report(value.place, `the output \`${key}\` is ${secret}, so the runner drops it`);
          continue;
        }
        for (const { path } of value.expressions.flatMap(({ reads }) => reads)) {
          const found = secretOfOutput(job, path);
          if (found === undefined) continue;
          const [told, severity] = found.isSure ? ["holds", "error"] : ["may hold", "warning"];
          report(value.place, `the output \`${key}\` ${told} ${found.secret}, so the runner drops it`, {
            severity: severity as "error" | "warning",
          });
        }
      }
  },
});

interface Found {
  readonly secret: string;
  readonly isSure: boolean;
}

/** The secret in `steps.x.outputs.y`. */
const secretOfOutput = (job: Job, path: Access["path"]): Found | undefined => {
  const [context, id, outputs, name] = path;
  if (context !== "steps" || outputs !== "outputs" || id === undefined || name === undefined) return undefined;
  const step = job.steps.find(other => other.id?.toLowerCase() === id);
  if (!step) return undefined;
  const written = step.script ? secretWritten(step, name) : undefined;
  if (written !== undefined) return { secret: written, isSure: true };
  const named = name === "task-definition-arn" ? secretInArn(step) : undefined;
  return named === undefined ? undefined : { secret: named, isSure: false };
};

/** What `echo "name=$VARIABLE" >> "$GITHUB_OUTPUT"` puts there. */
const secretWritten = (step: Step, name: string): string | undefined => {
  for (const { file, command } of step.script ? environmentWrites(step.script) : []) {
    if (file !== "GITHUB_OUTPUT") continue;
    for (const word of contentWords(command)) {
      if (!word.start.toLowerCase().startsWith(`${name}=`)) continue;
      const isChanged = step.script?.assignments.some(assignment => variablesIn(word).includes(assignment.name));
      const secret = variablesIn(word)
        .map(variable => secretOfVariable(step, variable))
        .find(found => found !== undefined);
      if (secret !== undefined && !isChanged) return secret;
    }
  }
  return undefined;
};

/** A task definition's ARN has the region in it, and most often the name of the service. */
const secretInArn = (step: Step): string | undefined => {
  if (step.uses?.action !== "aws-actions/amazon-ecs-deploy-task-definition") return undefined;
  const region = ["AWS_REGION", "AWS_DEFAULT_REGION"].map(name => secretOfVariable(step, name));
  const configured = step.job.steps
    .filter(({ uses }) => uses?.action === "aws-actions/configure-aws-credentials")
    .map(other => other.input("aws-region"));
  const inputs = [...configured, step.input("service")].map(input => input && secretIn(input));
  return [...region, ...inputs].find(secret => secret !== undefined);
};

function exampleJob(region: string): string {
  return `place:
  name: Place
  runs-on: ubuntu-latest
  environment: production
  timeout-minutes: 5
  permissions: {}
  outputs:
    region: \${{ ${region} }}
  steps:
    - name: Say where
      run: echo "The region is an output of this job."
`;
}
