/** What an action does in its step and, if it has more to do, after the job's last step. */
export interface StandIn {
  readonly main: () => void | Promise<void>;
  readonly post?: () => void;
}
