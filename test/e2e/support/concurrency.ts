/** A run of a group: the one that runs, or the one that waits. */
interface Member {
  readonly cancel: AbortController;
  /** Tells the waiting run whether it may begin. */
  readonly answer: (mayBegin: boolean) => void;
  next?: Member;
}

/**
 * GitHub's concurrency groups, which act ignores: in each at most one run runs and at most one waits. A newer run takes the
 * place of the one that waits, and with `cancel-in-progress` cancels the one that runs; in either case it begins when that
 * one has ended. The case of a name makes no difference.
 * https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/control-workflow-concurrency
 */
export class ConcurrencyGroups {
  readonly #running = new Map<string, Member>();

  /** Runs when the group is free; undefined: a newer run took its place before it began. */
  async enqueue<T>(
    name: string,
    cancelInProgress: boolean,
    run: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    const group = name.toLowerCase();
    const cancel = new AbortController();
    if (!this.#running.has(group)) this.#running.set(group, { cancel, answer: () => {} });
    else if (!(await this.#wait(group, cancel, cancelInProgress))) return undefined;
    try {
      return await run(cancel.signal);
    } finally {
      this.#leave(group);
    }
  }

  #wait(group: string, cancel: AbortController, cancelInProgress: boolean): Promise<boolean> {
    const running = this.#running.get(group) as Member;
    running.next?.answer(false);
    if (cancelInProgress) running.cancel.abort();
    return new Promise(answer => {
      running.next = { cancel, answer };
    });
  }

  #leave(group: string): void {
    const next = this.#running.get(group)?.next;
    if (next) this.#running.set(group, next);
    else this.#running.delete(group);
    next?.answer(true);
  }
}
