import { posix } from "node:path";
import type { RepositoryContents } from "../../../repository/contents.ts";
import { payloadsOf } from "../../curl.ts";
import { defineRule } from "../../rule.ts";
import type { ShellCommand, Word } from "../../script.ts";
import type { ServiceRequest } from "../../service-requests.ts";
import { requestsOf } from "../../service-requests.ts";
import { folderOf, repositoryPath } from "../../workspace.ts";

export const emptySmokePayload = defineRule({
  id: "pipeline/empty-smoke-payload",
  severity: "error",
  summary: "A prediction is asked for without a single record.",
  why: "A service answers a request for no predictions with none, and 200, before its model is touched: the test passes with a model that cannot be loaded, has other features, or is missing.",
  hint: "send at least one real record, and look at the answer: `jq --exit-status '.predictions | length > 0'`",
  examples: {
    kind: "step",
    bad: `- name: Ask for a prediction
  run: |
    curl -fsS --retry 5 --json '{"records": []}' https://scoring.example.com/predict
`,
    good: `- name: Ask for a prediction
  run: |
    curl -fsS --retry 5 --json '{"records": [{"income": 42000}]}' https://scoring.example.com/predict
`,
  },
  check: ({ steps }, report, { repository }) => {
    for (const step of steps)
      for (const request of requestsOf(step)) {
        if (!asksForPrediction(request) || expectsRefusal(request)) continue;
        for (const word of payloadsOf(request.call)) {
          const payload = contentOf(word, request, repository);
          if (payload !== undefined && isEmpty(payload.text))
            report(word.place, `${payload.name} holds no record to predict`);
        }
      }
  },
});

const asksForPrediction = ({ call }: ServiceRequest): boolean =>
  call.urls.some(({ text }) => {
    const path = /^["']?(?:\w+:\/\/[^/]*|\$\{\{[^}]*\}\}|\$\{?\w+\}?)(\/[^"'?]*)?/.exec(text)?.[1];
    return path && path !== "/"
      ? /\/(?:predict|predictions|invocations|score|infer)\b/.test(path)
      : /predict|scor|infer/i.test(text);
  });

/** A test that the service refuses such a request looks at the status. */
const expectsRefusal = ({ step, command }: ServiceRequest): boolean =>
  (command.captured || command.tolerated) && /\b4(?:00|22|xx)\b/i.test(step.run?.text ?? "");

const contentOf = (
  word: Word,
  { step, command }: ServiceRequest,
  repository: RepositoryContents | undefined,
): { readonly name: string; readonly text: string } | undefined => {
  const { value } = word;
  if (value === undefined) return undefined;
  if (!value.startsWith("@")) return { name: `\`${value}\``, text: value };
  if (value === "@-") return standardInput(command);
  const folder = folderOf(step, command);
  const path = folder === undefined ? undefined : repositoryPath(folder, value.slice(1));
  const text = path === undefined ? undefined : repository?.text(path);
  return text === undefined || path === undefined ? undefined : { name: `\`${posix.normalize(path)}\``, text };
};

const standardInput = ({ redirects }: ShellCommand): { readonly name: string; readonly text: string } | undefined => {
  const text = redirects.find(({ operator }) => operator.startsWith("<<"))?.target?.value;
  return text === undefined ? undefined : { name: "the payload", text };
};

/** Names under which services take their records: of this project, MLflow, TensorFlow Serving, KServe. */
const RECORDS: ReadonlySet<string> = new Set([
  ...["records", "instances", "inputs", "data", "dataframe_records", "rows", "samples", "features"],
]);

const isEmpty = (text: string): boolean => {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return false;
  }
  if (typeof content !== "object" || content === null) return false;
  if (Array.isArray(content)) return content.length === 0;
  const entries = Object.entries(content);
  return (
    entries.length === 0 ||
    entries.some(([name, value]) => RECORDS.has(name) && Array.isArray(value) && value.length === 0)
  );
};
