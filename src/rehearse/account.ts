import picocolors from "picocolors";
import { printable } from "../diagnostics/printable.ts";
import type { Fault } from "./faults.ts";
import type { JobRun, RunResult } from "./log.ts";
import { mask } from "./log.ts";
import type { Rehearsal } from "./rehearsal.ts";

type Paint = ReturnType<typeof picocolors.createColors>;

interface AccountOptions {
  readonly colour: boolean;
  /** Values that are shown as `***`. */
  readonly secrets: readonly string[];
}

/** What happened, for people: each job with its steps, then what the run left outside its own machine. */
export const account = (rehearsal: Rehearsal, { colour, secrets }: AccountOptions): string => {
  const paint = picocolors.createColors(colour);
  const shown = (text: string) => printable(mask(text, secrets));
  return [
    rehearsal.jobs.map(job => jobBlock(job, paint, shown)).join("\n"),
    `${paint.bold("Final state")}\n${finalState(rehearsal)
      .map(([label, text]) => `  ${label.padEnd(10)} ${shown(text)}`)
      .join("\n")}`,
  ].join("\n\n");
};

const marks: Readonly<Record<RunResult, readonly [string, "green" | "red" | "yellow" | "dim"]>> = {
  success: ["✓", "green"],
  failure: ["✗", "red"],
  cancelled: ["⊘", "yellow"],
  skipped: ["–", "dim"],
};

const marked = (result: RunResult, paint: Paint): string => {
  const [mark, colour] = marks[result];
  return paint[colour](mark);
};

const jobBlock = ({ id, result, steps }: JobRun, paint: Paint, shown: (text: string) => string): string => {
  const milliseconds = steps.reduce((sum, step) => sum + step.milliseconds, 0);
  const head = `${marked(result, paint)} ${paint.bold(id)} ${paint.dim(result === "skipped" ? "skipped" : inSeconds(milliseconds))}`;
  if (result === "skipped") return head;
  return [
    head,
    ...steps.flatMap(step => [
      `  ${marked(step.result, paint)} ${shown(step.name)}${step.milliseconds >= 500 ? paint.dim(` ${inSeconds(step.milliseconds)}`) : ""}`,
      ...step.annotations.map(
        ({ level, title, text }) => `      ${level}: ${shown(title ? `${title}: ${text}` : text)}`,
      ),
      ...(step.result === "failure" && step.annotations.every(({ level }) => level !== "error")
        ? step.log.slice(-12).map(line => paint.dim(`      ${shown(line)}`))
        : []),
    ]),
  ].join("\n");
};

const inSeconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;

/** What is different in the world, a line each. */
const finalState = ({
  world,
  registry,
  artifacts,
  gh,
  leaks,
  idle,
}: Rehearsal): readonly (readonly [string, string])[] => {
  const { ecs, cloudwatch, http, s3, calls } = world;
  const told = http.filter(({ path }) => path.startsWith("/_hooks/"));
  const pushed = new Map<string, string[]>();
  for (const [reference, { digest }] of Object.entries(registry))
    pushed.set(digest, [...(pushed.get(digest) ?? []), reference]);
  const objects = Object.values(s3).flat().length;
  return [
    ...(ecs.seeded !== null && calls.some(call => call.service === "ecs") ? [["service", service(ecs)] as const] : []),
    ...ecs.events.flatMap(({ reason }) => (reason ? [["ECS says", reason] as const] : [])),
    ...[...pushed].map(([digest, names]) => ["image", `${names.join(", ")} (${digest.slice(0, 19)}…)`] as const),
    ...Object.entries(artifacts).map(([name, { files }]) => ["artifact", `${name}: ${files.join(", ")}`] as const),
    ...cloudwatch.map(({ namespace, name, max }) => ["metric", `${namespace} ${name}: ${max}`] as const),
    ...(objects > 0 ? [["remote", `${objects} objects in the DVC remote`] as const] : []),
    ...gh.map(({ argv, exit }) => ["gh", `${argv.join(" ")}${exit === 0 ? "" : ` (exit ${exit})`}`] as const),
    ...told.map(({ path, status }) => ["told", `${path.slice("/_hooks/".length)}: HTTP ${status}`] as const),
    ["secrets", leaks.length === 0 ? "none stands in a log, summary, artifact or output" : `${leaks.length} leaked`],
    ...(idle.length === 0 ? [] : [["not done", `${idle.join(", ")}: these actions have no stand-in`] as const]),
  ];
};

const service = ({ seeded, current, updates, images, running }: Rehearsal["world"]["ecs"]): string => {
  const short = (arn: string | null) => arn?.split("/").at(-1) ?? "nothing";
  if (updates.length === 0) return `${short(current)}, untouched`;
  if (current === seeded)
    return `${short(current)} as before; ${short(updates[0] ?? null)} was deployed and taken back`;
  const answers = running === "image" ? "its own command answers" : "a stand-in answers";
  return `${short(current)} (before: ${short(seeded)}), ${Object.values(images)[0]}; ${answers}`;
};

/** The steps that can be made to fail, job by job. */
export const faultList = (faults: readonly Fault[]): string => {
  const widest = Math.max(...faults.map(({ step }) => step.length));
  const jobs = [...new Set(faults.map(({ job }) => job))];
  const block = (job: string) =>
    faults
      .filter(fault => fault.job === job)
      .map(
        ({ step, name, because }) => `  ${step.padEnd(widest)}  ${printable(name)}${because ? ` (${because})` : ""}\n`,
      );
  return `${jobs.map(job => `${job}\n${block(job).join("")}`).join("")}
\`--fail <step>\`, or \`--fail <job>/<step>\` where several jobs have it. A step fails by ending with 1, or as it says in brackets.`;
};

/** The last line: what was expected, and whether it came so. */
export const verdict = ({ result, seconds, world }: Rehearsal, fault: Fault | undefined, problems: number): string => {
  const ended = `The run ended with ${result} after ${seconds.toFixed(0)} s`;
  if (problems > 0) return `${ended}; see the ${problems === 1 ? "problem" : "problems"} above.`;
  if (fault === undefined) return `${ended}.`;
  const { current, seeded } = world.ecs;
  const service =
    seeded === null || fault.service === "any"
      ? ""
      : `, and the service runs ${current === seeded ? "what it ran before" : "the new version"}`;
  const cause = `${fault.job}/${fault.step} failed${fault.because ? `: ${fault.because}` : ""}`;
  return `${ended}${service}. That is as it should be: ${cause}.`;
};
