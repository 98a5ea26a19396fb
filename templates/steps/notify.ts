import type { Notify, Pipeline } from "../../src/config/pipeline.ts";
import { all, always, github, needsJson, text, unequal } from "../../src/model/expression.ts";
import { run } from "../../src/model/step.ts";
import type { Job, JobResults, RunsOn } from "../../src/model/workflow.ts";
import { job } from "../../src/model/workflow.ts";
import notifyScript from "../scripts/notify.sh";
import { fromConfig } from "./values.ts";

interface NotifyOptions {
  readonly runsOn: RunsOn;
  /** The jobs whose results are told; nothing is told when the first of them did not run. */
  readonly needs: readonly [Job & JobResults<never>, ...Job[]];
  readonly on: readonly string[];
}

/** Tells how the run ended. A notification that cannot be sent fails nothing. */
export const notifyJob = (pipeline: Pipeline, notify: Notify, { runsOn, needs, on }: NotifyOptions): Job =>
  job({
    id: "notify",
    name: "Tell how it went",
    needs,
    if: all(always, unequal(needs[0].result, "skipped")),
    runsOn,
    environment: pipeline.environments.notify,
    timeoutMinutes: pipeline.timeouts.notify,
    permissions: {},
    steps: [
      run({
        id: "notify",
        name: "Send the result",
        env: {
          ...(notify.slack && { SLACK_URL: fromConfig(notify.slack) }),
          ...(notify.webhook && { WEBHOOK_URL: fromConfig(notify.webhook.url) }),
          ...(notify.webhook?.hmac && { WEBHOOK_HMAC_KEY: fromConfig(notify.webhook.hmac) }),
          ON: on.join(" "),
          NEEDS: needsJson,
          WORKFLOW: github("workflow"),
          REPOSITORY: github("repository"),
          REF: github("ref"),
          SHA: github("sha"),
          ACTOR: github("actor"),
          SERVER_URL: github("server_url"),
          RUN_URL: text`${github("server_url")}/${github("repository")}/actions/runs/${github("run_id")}`,
        },
        run: notifyScript,
      }),
    ],
  });
