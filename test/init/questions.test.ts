import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { ask } from "../../src/init/ask.ts";
import type { FoundImage } from "../../src/init/detect/delivery.ts";
import type { Decision } from "../../src/init/proposal.ts";
import type { Question } from "../../src/init/questions.ts";
import { questionsAbout } from "../../src/init/questions.ts";
import { settle } from "../../src/init/settle.ts";

const image = (name: string, serves: boolean): FoundImage => ({
  name,
  dockerfile: `Dockerfile.${name}`,
  context: ".",
  serves,
  python: undefined,
});
const choices = { stages: ["fit", "validate", "drift"], images: [image("api", true), image("batch", false)] };

const decided = (...fields: readonly (readonly [string, unknown])[]): readonly Decision[] =>
  fields.map(([path, value]) => ({ path: path.split("."), value, reason: "" }));

const found = decided(
  ["name", "churn"],
  ["defaultBranch", "trunk"],
  ["dvc.stages.train", "validate"],
  ["dvc.stages.drift", false],
  ["dvc.remote.url", "s3://b/p"],
  ["images", choices.images.map(({ name, dockerfile }) => ({ name, dockerfile }))],
  ["deploy.image", "api"],
  ["mlflow", false],
);

/** What the config is once every question has its preselected answer. */
const agreed = (decisions: readonly Decision[]) =>
  settle([
    ...decisions,
    ...questionsAbout(decisions, choices).flatMap(question =>
      question.kind === "some" ? question.decide(question.initial) : question.decide(question.initial),
    ),
  ]).config;

test("init: at most eight questions are asked", () => {
  expect(questionsAbout(found, choices)).toHaveLength(8);
  expect(questionsAbout(decided(["name", "x"]), { stages: [], images: [] })).toHaveLength(5);
});

test.each([
  ["all that was found", found],
  [
    "a pipeline without data, deployment and drift",
    decided(["name", "x"], ["dvc.remote", false], ["deploy", false], ["images", []], ["dvc.stages.train", ["a", "b"]]),
  ],
  [
    "secrets, and a channel to tell",
    decided(
      ["name", "x"],
      ["dvc.remote.url", { secret: "URL" }],
      ["notify.slack", { secret: "S" }],
      ["mlflow.token", false],
    ),
  ],
])("init: whoever agrees to everything gets %s", (_, decisions) => {
  const { defaultBranch, ...config } = agreed(decisions);
  const { defaultBranch: before, dvc, ...rest } = settle(decisions).config;
  expect(defaultBranch).toBe(before ?? "main");
  expect(config).toMatchObject({ ...rest, ...(dvc !== undefined && { dvc }) });
});

/** The question whose message begins so. */
const questionOf = (start: string, decisions = found): Question => {
  const question = questionsAbout(decisions, choices).find(({ message }) => message.startsWith(start));
  if (!question) throw new Error(start);
  return question;
};

test.each([
  ["Where does a runner", "none", { dvc: { remote: false } }],
  ["Where does a runner", "secret", { dvc: { remote: { url: { secret: "DVC_REMOTE_URL" } } } }],
  ["Which image", "-", { deploy: false }],
  ["Which image", "batch", { deploy: { image: "batch" } }],
  ["Where are runs", "mlflow", { mlflow: {} }],
  ["Who is told", "slack", { notify: { slack: { secret: "SLACK_WEBHOOK_URL" } } }],
])("init: to %j one can say %j", (start, answer, expected) => {
  const question = questionOf(start);
  expect(question.kind === "one" && question.options.map(({ value }) => value)).toContain(answer);
  const decisions = question.kind === "one" ? question.decide(answer) : [];
  expect(settle([...found, ...decisions]).config).toMatchObject(expected);
});

test("init: stages are chosen, or none", () => {
  const drift = questionOf("Which stages measure", [...found, ...decided(["dvc.stages.drift", "fit"])].reverse());
  const train = questionOf("Which stages end");
  if (drift.kind !== "some" || train.kind !== "some") throw new Error("not a choice of some");
  expect(drift.decide([])).toMatchObject([{ value: false }]);
  expect(drift.decide(["drift"])).toMatchObject([{ value: "drift" }]);
  expect(train.isRequired).toBe(true);
  expect(train.decide(["fit", "validate"])).toMatchObject([{ value: ["fit", "validate"] }]);
});

test("init: a name that no config takes is asked for again", () => {
  const question = questionOf("What is the pipeline");
  if (question.kind !== "text") throw new Error("not a text");
  expect(question.problem("Churn Model")).toContain("kebab-case");
  expect(question.problem("churn-model")).toBeUndefined();
});

/** A terminal at which somebody types each of these as soon as the next question is there. */
const typing = (...keys: readonly string[]) => {
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => input });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  const rest = [...keys];
  let shown = "";
  output.on("data", (chunk: Buffer) => {
    shown += chunk.toString();
    // Each question begins with the mark of an open one.
    if (!/[◆*]/.test(chunk.toString()) || rest.length === 0) return;
    const key = rest.shift() as string;
    setTimeout(() => input.write(key), 5);
  });
  return { terminal: { input, output }, shown: () => shown };
};

test("init: what is preselected is taken with the enter key", async () => {
  const questions = questionsAbout(found, choices);
  const { terminal, shown } = typing(...questions.map(() => "\r"));
  const answers = await ask(questions, terminal);
  expect(settle([...found, ...(answers ?? [])]).config).toEqual(agreed(found));
  for (const { message } of questions) expect(shown()).toContain(message);
});

test("init: who goes away leaves no answer", async () => {
  const { terminal } = typing("\r", "\u0003");
  expect(await ask(questionsAbout(found, choices), terminal)).toBeUndefined();
});
