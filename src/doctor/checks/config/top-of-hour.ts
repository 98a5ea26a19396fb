import { defineCheck } from "../../check.ts";

export const topOfHour = defineCheck({
  id: "repository/top-of-hour",
  severity: "note",
  summary: "The schedule starts on the hour, when GitHub starts most schedules.",
  why: "Scheduled runs are delayed when many are due, and some are dropped; the start of every hour is when most are.",
  hint: "choose another minute, such as 17",
  reference: "https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule",
  examples: {
    bad: { "pipeline.config.yaml": 'nightly: { cron: "0 6 * * *", monitor: { command: python -m demo.monitor } }\n' },
    good: { "pipeline.config.yaml": 'nightly: { cron: "17 6 * * *", monitor: { command: python -m demo.monitor } }\n' },
  },
  check: ({ pipeline: { files, nightly }, at, field }, report) => {
    if (files.nightly === false) return;
    const [minute, ...rest] = nightly.cron.split(/\s+/);
    if (minute !== "0" && minute !== "00") return;
    report(
      at(["nightly", "cron"]),
      `${field(["nightly", "cron"])} is \`${nightly.cron}\`: on the hour, when scheduled runs are delayed or dropped`,
      { hint: `choose another minute, such as \`${["17", ...rest].join(" ")}\`` },
    );
  },
});
