// Errors, told apart by what a caller can do about them.
import type { Result } from "./results.js";

// No job has begun behind these, and the same request may be taken a little later.
const busyCodes = new Set(["overloaded", "queue_timeout", "unavailable", "sandbox_unavailable"]);

// These are 5xx as well, but nothing ran.
const nothingRanCodes = new Set([
  ...busyCodes, "isolation_lost", "not_implemented", "http_version_not_supported",
]);

export interface ErrorDetails {
  /** The JSON path of the offending field, such as `limits.wall_time_ms`. */
  field?: string | null;
  /** The HTTP status, or null where there was none. */
  status?: number | null;
  /** Seconds after which the server says to try again. */
  retryAfter?: number | null;
  /** Whether the job can have begun, so that to repeat it may run it twice. */
  mayHaveRun?: boolean;
  cause?: unknown;
}

/**
 * Base of all errors of this package. `code` is stable and for programs: the server's own
 * (docs/http-api.md) or one of this client's: `connect_failed`, `connection_lost`,
 * `no_answer_in_time`, `invalid_response`, `unexpected_status`, `job_failed`.
 */
export class BroodError extends Error {
  readonly code: string;
  readonly field: string | null;
  readonly status: number | null;
  readonly retryAfter: number | null;
  readonly mayHaveRun: boolean;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(`${code}: ${message}`, { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.field = details.field ?? null;
    this.status = details.status ?? null;
    this.retryAfter = details.retryAfter ?? null;
    this.mayHaveRun = details.mayHaveRun ?? false;
  }
}

/** The request is wrong and will be refused again; `field` says where. */
export class RefusedError extends BroodError {}

/** The key is missing or wrong (401), or may not do this (403). */
export class AccessError extends RefusedError {}

/** The server takes no job at the moment: its queue is full, or a quota is used up. */
export class BusyError extends BroodError {}

/** The server failed, or the job was lost; look at `mayHaveRun` before trying again. */
export class ServerError extends BroodError {}

/** There was no whole answer: not connected, connection lost, or too late. */
export class TransportError extends BroodError {}

/** Thrown by `check()`: the job ran, but its status is not `ok`. */
export class JobError extends BroodError {
  readonly result: Result;

  constructor(result: Result) {
    const said = result.message
      ?? (result.stderr.trim().slice(-500) || `exit code ${result.exitCode}`);
    super("job_failed", `${result.status}: ${said}`, { mayHaveRun: true });
    this.result = result;
  }
}

/** The error that an answer stands for; `status` is null inside of a stream. */
export function errorFromAnswer(
  body: unknown, status: number | null, retryAfter: number | null = null,
): BroodError {
  const told = (body as { error?: Record<string, unknown> } | null | undefined)?.error;
  const isOurs = typeof told?.code === "string";
  const code = isOurs ? (told.code as string) : "unexpected_status";
  const message = isOurs ? String(told.message ?? "") : `an answer of HTTP status ${status}`;
  const mayHaveRun = (status === null || status >= 500) && !nothingRanCodes.has(code);
  const field = isOurs && typeof told.field === "string" ? told.field : null;
  return new (kindOf(code, status))(code, message, { field, status, retryAfter, mayHaveRun });
}

function kindOf(code: string, status: number | null): typeof BroodError {
  if (status === 429 || busyCodes.has(code)) return BusyError;
  if (status === null || status >= 500) return ServerError;
  // A page's foreign origin is a 403 as well, but no question of keys.
  if ((status === 401 || status === 403) && code !== "origin_not_allowed") return AccessError;
  return RefusedError;
}
