import { isDeepStrictEqual } from "node:util";
import { branch as branchSchema, kebab as kebabSchema } from "../config/values.ts";
import type { FoundImage } from "./detect/delivery.ts";
import type { Decision } from "./proposal.ts";
import { isData } from "./record.ts";

/** Something that the person at the terminal knows better, with what was found as the answer that is preselected. */
export type Question =
  | {
      readonly kind: "text";
      readonly message: string;
      readonly initial: string;
      /** What is wrong with an answer, if anything is. */
      readonly problem: (answer: string) => string | undefined;
      readonly decide: (answer: string) => readonly Decision[];
    }
  | {
      readonly kind: "one";
      readonly message: string;
      readonly options: readonly Option[];
      readonly initial: string;
      readonly decide: (answer: string) => readonly Decision[];
    }
  | {
      readonly kind: "some";
      readonly message: string;
      readonly options: readonly Option[];
      readonly initial: readonly string[];
      readonly isRequired: boolean;
      readonly decide: (answer: readonly string[]) => readonly Decision[];
    };

interface Option {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
}

/** What there is to choose from. */
export interface Choices {
  readonly stages: readonly string[];
  readonly images: readonly FoundImage[];
}

const REASON = "chosen when `creditrisk-ci init` asked";

/** At most eight, and none to which there is but one answer. */
export const questionsAbout = (decisions: readonly Decision[], { stages, images }: Choices): readonly Question[] => {
  const value = (path: string): unknown => decisions.find(one => one.path.join(".") === path)?.value;
  // Who agrees to what was found leaves it with the reason it has.
  const said = (path: readonly string[], answer: unknown): readonly Decision[] =>
    isDeepStrictEqual(value(path.join(".")), answer) ? [] : [{ path, value: answer, reason: REASON }];
  const listOf = (found: unknown): readonly string[] =>
    found === undefined || found === false ? [] : ([found].flat() as unknown as readonly string[]);
  const deployed =
    value("deploy") === false
      ? NONE
      : String(value("deploy.image") ?? images.find(({ serves }) => serves)?.name ?? NONE);
  return [
    {
      kind: "text",
      message: "What is the pipeline called?",
      initial: String(value("name")),
      problem: answer => problemOf(kebabSchema.safeParse(answer)),
      decide: answer => said(["name"], answer),
    },
    {
      kind: "text",
      message: "From which branch is it delivered?",
      initial: String(value("defaultBranch") ?? "main"),
      problem: answer => problemOf(branchSchema.safeParse(answer)),
      decide: answer => said(["defaultBranch"], answer),
    },
    ...(stages.length < 2
      ? []
      : [
          {
            kind: "some",
            message: "Which stages end in a validated model?",
            options: stages.map(asOption),
            initial: listOf(value("dvc.stages.train")),
            isRequired: true,
            decide: answer => said(["dvc", "stages", "train"], oneOrSeveral(answer)),
          } satisfies Question,
          {
            kind: "some",
            message: "Which stages measure drift? (none: just press enter)",
            options: stages.map(asOption),
            initial: listOf(value("dvc.stages.drift")),
            isRequired: false,
            decide: answer => said(["dvc", "stages", "drift"], answer.length === 0 ? false : oneOrSeveral(answer)),
          } satisfies Question,
        ]),
    {
      kind: "one",
      message: "Where does a runner get the data from?",
      options: [
        { value: "none", label: "nowhere", hint: "git has it, or the stages fetch it" },
        ...(typeof value("dvc.remote.url") === "string"
          ? [{ value: "config", label: String(value("dvc.remote.url")), hint: "the remote of .dvc/config" }]
          : []),
        { value: "secret", label: "a DVC remote whose address is the secret DVC_REMOTE_URL" },
      ],
      initial:
        value("dvc.remote") === false ? "none" : typeof value("dvc.remote.url") === "string" ? "config" : "secret",
      decide: answer =>
        answer === "none"
          ? said(["dvc", "remote"], false)
          : answer === "secret" && !isData(value("dvc.remote.url"))
            ? said(["dvc", "remote", "url"], { secret: "DVC_REMOTE_URL" })
            : [],
    },
    ...(images.length === 0
      ? []
      : [
          {
            kind: "one",
            message: "Which image is deployed to AWS ECS?",
            options: [
              { value: NONE, label: "none of them" },
              ...images.map(({ name, dockerfile }) => ({ value: name, label: name, hint: dockerfile })),
            ],
            initial: deployed,
            decide: answer =>
              answer === NONE ? said(["deploy"], false) : answer === deployed ? [] : said(["deploy", "image"], answer),
          } satisfies Question,
        ]),
    {
      kind: "one",
      message: "Where are runs and models tracked?",
      options: [
        { value: "mlflow", label: "MLflow", hint: "its address is the secret MLFLOW_TRACKING_URI" },
        { value: "none", label: "nowhere" },
      ],
      initial: value("mlflow") === false ? "none" : "mlflow",
      decide: answer =>
        (answer === "none") === (value("mlflow") === false) ? [] : said(["mlflow"], answer === "none" ? false : {}),
    },
    {
      kind: "one",
      message: "Who is told when a delivery fails?",
      options: [
        { value: "nobody", label: "whoever GitHub tells" },
        { value: "slack", label: "a Slack channel, too", hint: "its webhook is the secret SLACK_WEBHOOK_URL" },
      ],
      initial: value("notify.slack") === undefined && value("notify") === undefined ? "nobody" : "slack",
      decide: answer =>
        answer === "slack" && value("notify.slack") === undefined && value("notify") === undefined
          ? said(["notify", "slack"], { secret: "SLACK_WEBHOOK_URL" })
          : [],
    },
  ];
};

const NONE = "-";

const asOption = (stage: string): Option => ({ value: stage, label: stage });

const oneOrSeveral = (answer: readonly string[]): unknown => (answer.length === 1 ? answer[0] : answer);

const problemOf = (parsed: {
  readonly success: boolean;
  readonly error?: { readonly issues: readonly { readonly message: string }[] };
}): string | undefined => (parsed.success ? undefined : `it ${parsed.error?.issues[0]?.message ?? "cannot be used"}`);
