/** The actions that have a stand-in, and which of them also act after the job. */
export const known = {
  "actions/attest": { post: false },
  "actions/cache": { post: true },
  "actions/cache/restore": { post: false },
  "actions/cache/save": { post: false },
  "actions/checkout": { post: false },
  "actions/download-artifact": { post: false },
  "actions/setup-node": { post: false },
  "actions/setup-python": { post: false },
  "actions/upload-artifact": { post: false },
  "astral-sh/setup-uv": { post: false },
  "aws-actions/amazon-ecs-deploy-task-definition": { post: false },
  "aws-actions/amazon-ecs-render-task-definition": { post: false },
  "aws-actions/configure-aws-credentials": { post: true },
  "docker/build-push-action": { post: false },
  "docker/login-action": { post: true },
  "docker/setup-buildx-action": { post: true },
  "docker/setup-qemu-action": { post: false },
} as const satisfies Readonly<Record<string, { readonly post: boolean }>>;

/** The name of an action that has a stand-in. */
export type KnownAction = keyof typeof known;

/** Whether an action has a stand-in. */
export const isKnown = (action: string): action is KnownAction => Object.hasOwn(known, action);
