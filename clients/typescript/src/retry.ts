// When a request is sent again: only where no job can have begun.
import { BroodError, BusyError, TransportError } from "./errors.js";

const firstDelayMs = 100;

// A server that asks for more than this is left to the caller, as a used-up quota of a day is.
const longestDelayMs = 10_000;

/** One call's tries: how many are left, and how much of its time. */
export class Attempts {
  private delayMs = firstDelayMs;
  private readonly deadline: number;

  /** `isHarmless` says that the request changes nothing, whenever it is repeated. */
  constructor(timeoutMs: number, private left: number, readonly isHarmless: boolean,
    private readonly clock: () => number = () => performance.now()) {
    this.deadline = clock() + timeoutMs;
  }

  remainingMs(): number {
    return Math.max(0, this.deadline - this.clock());
  }

  /** Milliseconds to wait before the next try; throws `error` if there shall be none. */
  delayAfter(error: unknown): number {
    if (!(error instanceof BroodError) || this.left === 0 || !this.isRetriable(error)) throw error;
    // Clients that failed together do not come back together.
    const delay = error.retryAfter === null
      ? this.delayMs * (0.5 + Math.random()) : error.retryAfter * 1000;
    if (delay > longestDelayMs || delay >= this.remainingMs()) throw error;
    this.left -= 1;
    this.delayMs *= 2;
    return delay;
  }

  private isRetriable(error: BroodError): boolean {
    // After a time-out in the queue another wait only makes the queue longer.
    if (error instanceof BusyError) return error.code !== "queue_timeout";
    if (!(error instanceof TransportError)) return false;
    return error.code === "connect_failed" || (error.code === "connection_lost" && this.isHarmless);
  }
}
