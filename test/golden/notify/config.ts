import { defineConfig, secret } from "creditrisk-ci";

/** The result told to Slack and to a webhook that verifies who sent it. */
export default defineConfig({
  name: "creditrisk",
  notify: {
    slack: secret("SLACK_WEBHOOK_URL"),
    webhook: { url: secret("DELIVERY_WEBHOOK_URL"), hmac: secret("DELIVERY_WEBHOOK_KEY", { optional: true }) },
  },
});
