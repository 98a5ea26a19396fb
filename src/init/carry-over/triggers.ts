import { posix } from "node:path";
import type { Node } from "../../lint/node.ts";
import type { Trigger } from "../../lint/workflow.ts";
import { workflowNames } from "../../model/workflow-name.ts";
import { isGranted } from "./jobs.ts";
import type { Context } from "./readers.ts";
import type { RoleRun, SourceFile } from "./run.ts";

type Role = RoleRun["role"];

/** What starts the workflows, what they are called, and what else their heads say. */
export const readTriggers = (context: Context): void => {
  const rolesOf = new Map<SourceFile, Role[]>();
  for (const role of workflowNames)
    for (const file of context.roles[role]?.files ?? []) rolesOf.set(file, [...(rolesOf.get(file) ?? []), role]);
  nameFiles(rolesOf, context);
  for (const [file, roles] of rolesOf) {
    for (const trigger of file.workflow.triggers) readTrigger(trigger, file, roles, context);
    tellPermissions(file, roles, context);
  }
};

const nameFiles = (rolesOf: ReadonlyMap<SourceFile, readonly Role[]>, { roles, ledger }: Context): void => {
  for (const role of workflowNames) {
    const [first, ...others] = roles[role]?.files ?? [];
    if (!first) continue;
    const all = rolesOf.get(first) ?? [];
    const start = { file: first.path, line: 1 };
    if (all.length > 1) {
      if (all[0] === role)
        ledger.lose(
          start,
          `one workflow does what ${all.map(name => `\`${name}\``).join(" and ")} do, each in a file of its own`,
          "delete it once the generated ones run",
        );
    } else ledger.carry(["files", role], posix.basename(first.path), start);
    for (const other of others)
      ledger.lose(
        { file: other.path, line: 1 },
        `this is one of several workflows that do what \`${role}\` does: what ${first.path} says counts first`,
        `one workflow is generated for all of them: delete this one once \`${role}\` runs`,
      );
  }
};

const EVENTS = "the events of the generated workflows are fixed";

const readTrigger = (trigger: Trigger, file: SourceFile, roles: readonly Role[], context: Context): void => {
  const { ledger, branch } = context;
  const lose = (what: string, hint: string, node?: Node): void =>
    ledger.lose(file.spot(node?.place ?? trigger.place), what, hint);
  const { event, node } = trigger;
  const role = roles[0] ?? "cd";
  const unfiltered = () => {
    for (const key of ["paths", "paths-ignore"])
      if (node?.get(key))
        lose(
          `\`${event}\` starts the workflow only for some paths`,
          "the generated workflows start for every change; of several pipelines in one repository, each starts for its own `root`",
          node.get(key),
        );
  };
  switch (event) {
    case "pull_request": {
      unfiltered();
      const types =
        node?.get("types")?.items.filter(({ text }) => !["opened", "synchronize", "reopened"].includes(text)) ?? [];
      if (types.length > 0)
        lose(
          `pull requests start it also when they are ${types.map(({ text }) => `\`${text}\``).join(", ")}`,
          EVENTS,
          node?.get("types"),
        );
      return;
    }
    case "push": {
      unfiltered();
      const tags = node?.get("tags");
      if (tags)
        lose(
          "pushes of tags start it",
          `${EVENTS}: cd delivers what is pushed to the default branch; start it from a workflow of your own with \`gh workflow run\``,
          tags,
        );
      if (!roles.includes("cd")) return;
      const others = (node?.get("branches")?.items ?? []).filter(
        ({ text }) => text !== branch && text !== "**" && text !== "*" && !text.startsWith("!"),
      );
      const own = node?.get("branches")?.items.find(({ text }) => text === branch);
      if (own) ledger.carry(["defaultBranch"], branch, file.spot(own.place));
      if (!roles.includes("ci"))
        for (const other of others)
          lose(`pushes to \`${other.text}\` start a delivery too`, "cd delivers one branch, `defaultBranch`", other);
      return;
    }
    case "schedule":
      readSchedule(trigger, file, roles, context);
      return;
    case "workflow_dispatch": {
      if (roles.every(name => name === "ci"))
        lose("people can start ci by hand", `${EVENTS}: ci runs for every push and pull request`);
      for (const { key, keyPlace } of node?.get("inputs")?.entries ?? [])
        ledger.lose(
          file.spot(keyPlace),
          `the input \`${key}\` of a start by hand`,
          `${EVENTS}, and so are their inputs: nightly has \`force\` and \`stages\``,
        );
      return;
    }
    default:
      lose(
        `the event \`${event}\` starts it`,
        `${EVENTS}: start \`${role}\` from a workflow of your own, with \`gh workflow run\` or a call of its jobs`,
      );
  }
};

const readSchedule = ({ node }: Trigger, file: SourceFile, roles: readonly Role[], { ledger }: Context): void => {
  const [first, ...others] = node?.items ?? [];
  const cronOf = (item: Node) => item.get("cron");
  if (!roles.includes("nightly")) {
    for (const item of node?.items ?? [])
      ledger.lose(
        file.spot(item.place),
        `it runs on a schedule, \`${cronOf(item)?.text ?? ""}\``,
        "only nightly does: its time is `nightly.cron`",
      );
    return;
  }
  const cron = first && cronOf(first);
  if (cron) ledger.carry(["nightly", "cron"], cron.text.trim().replaceAll(/\s+/g, " "), file.spot(cron.place));
  const timezone = first?.get("timezone");
  if (timezone) ledger.carry(["nightly", "timezone"], timezone.text, file.spot(timezone.place));
  for (const item of others)
    ledger.lose(
      file.spot(item.place),
      `it runs at \`${cronOf(item)?.text ?? ""}\` too`,
      "`nightly.cron` is one schedule: it can list hours and days, as in `0 6,18 * * *`",
    );
};

const tellPermissions = ({ workflow, spot }: SourceFile, roles: readonly Role[], { ledger }: Context): void => {
  const { permissions } = workflow;
  if (permissions?.all === "write-all")
    ledger.lose(
      spot(permissions.place),
      "every job may write everything",
      "the generated jobs have what their own steps need: add scopes with `permissions`",
    );
  for (const { key, keyPlace, value } of permissions?.scopes ?? [])
    if (!roles.some(role => isGranted(key, value.text, role)))
      ledger.lose(
        spot(keyPlace),
        `every job may \`${value.text}\` the scope \`${key}\``,
        "the generated jobs have what their own steps need: add it with `permissions` if a step of yours needs it, with its reason",
      );
};
