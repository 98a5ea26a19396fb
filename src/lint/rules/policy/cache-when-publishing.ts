import { cacheOf } from "../../caches.ts";
import { deploys, publishes } from "../../roles.ts";
import { defineRule } from "../../rule.ts";

export const cacheWhenPublishing = defineRule({
  id: "policy/cache-when-publishing",
  severity: "error",
  summary: "A job that publishes or deploys takes files out of a cache that other workflows can write.",
  why: "Whatever runs on the default branch, a test of a taken-over package as well, can put files into the cache. Restored here, they become a part of what is delivered, and nothing in the delivered code shows it.",
  hint: "build from scratch in jobs that publish: no cache action, `cache: false`, no `cache-from: type=gha`",
  reference:
    "https://docs.github.com/actions/reference/workflows-and-actions/dependency-caching#restrictions-for-accessing-a-cache",
  examples: {
    kind: "step",
    bad: `- name: Restore the packages
  uses: actions/cache/restore@27d5ce7f107fe9357f9df03efb73ab90386fccae # v5.0.5
  with:
    path: .venv
    key: venv-\${{ hashFiles('pyproject.toml') }}
- name: Upload the package
  uses: pypa/gh-action-pypi-publish@76f52bc884231f62b9a034ebfe128415bbaabdfc # v1.12.4
`,
    good: `- name: Upload the package
  uses: pypa/gh-action-pypi-publish@76f52bc884231f62b9a034ebfe128415bbaabdfc # v1.12.4
`,
  },
  check: ({ jobs }, report) => {
    for (const { steps } of jobs) {
      const delivering = steps.findLast(step => publishes(step) || deploys(step));
      if (!delivering) continue;
      // What is restored after it is not delivered.
      for (const step of steps.slice(0, delivering.index + 1)) {
        const cache = cacheOf(step);
        if (cache)
          report(
            cache.place,
            `a cache is ${cache.certain ? "restored" : "perhaps restored"} in a job that delivers: \`${delivering.label}\``,
            cache.certain ? {} : { severity: "warning" },
          );
      }
    }
  },
});
