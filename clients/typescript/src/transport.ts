// One HTTP exchange: its time, its signal, and the errors that fetch's stand for.
import { TransportError } from "./errors.js";

// The codes of Node's errors that say that nothing was sent.
const notConnected = new Set([
  "ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

interface Caused { cause?: Caused; code?: string; message?: string }

/** A signal that aborts after a time or with another, and says which it was. */
export class Deadline {
  readonly signal: AbortSignal;
  isOver = false;
  private readonly controller = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly follow = () => this.controller.abort(this.caller?.reason);

  constructor(private readonly caller: AbortSignal | undefined) {
    this.signal = this.controller.signal;
    if (caller?.aborted) this.follow();
    caller?.addEventListener("abort", this.follow, { once: true });
  }

  /** Sets the time from now; the last call holds. */
  set(milliseconds: number): void {
    clearTimeout(this.timer);
    // setTimeout() takes longer times for none.
    if (milliseconds > 0x7fffffff) return;
    this.timer = setTimeout(() => {
      this.isOver = true;
      this.controller.abort();
    }, milliseconds);
  }

  close(): void {
    clearTimeout(this.timer);
    this.caller?.removeEventListener("abort", this.follow);
  }

  /** The error of ours that one of fetch's stands for; the caller's own abort stays what it is. */
  errorFrom(error: unknown, mayHaveRun: boolean): unknown {
    if (this.isOver) {
      return new TransportError("no_answer_in_time", "the call's time is over",
        { mayHaveRun, cause: error });
    }
    if (this.caller?.aborted) return this.caller.reason as unknown;
    const cause = (error as Caused).cause;
    const said = cause?.message || (error as Caused).message || String(error);
    if (notConnected.has(cause?.code ?? "")) {
      return new TransportError("connect_failed", said, { cause: error });
    }
    return new TransportError("connection_lost", said, { mayHaveRun, cause: error });
  }
}

/** Resolves after a time; rejects with the signal's reason when it aborts. */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener("abort", onAbort, { once: true });
    if (signal?.aborted) onAbort();
  });
}

export function retryAfterOf(response: Response): number | null {
  const seconds = Number(response.headers.get("Retry-After") ?? NaN);
  return seconds >= 0 && seconds < 1e9 ? seconds : null;
}
