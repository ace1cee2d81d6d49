// Results of jobs and answers about the service, as the server's JSON tells them; members that it
// may add later are ignored.
import { asText, decoded, joined } from "./bytes.js";
import { JobError } from "./errors.js";

export type Status =
  | "ok" | "error" | "timeout" | "cpu_limit" | "memory_limit" | "process_limit" | "output_limit"
  | "killed" | "compile_error" | "host_memory" | "sandbox_error";

/** The limit that decided a status; both numbers are in the limit's own unit. */
export interface LimitHit { name: string; limit: number; measured: number }

/** A compiler's run. */
export interface Compile {
  status: Status; exitCode: number | null; stdout: string; stderr: string;
  wallUs: number; cpuUs: number; cached: boolean;
}

/** A file that a pattern named and that was not taken. */
export interface SkippedFile { path: string; reason: string }

/** Consumption of a job, by the kernel's counters. */
export interface Usage {
  cpuUs: number; wallUs: number; peakMemoryBytes: number;
  processesPeak: number; processesRefused: number;
}

/** How a job started, and how long each part took. */
export interface Timing {
  start: "hot" | "warm" | "cold"; warmBy: string | null;
  queueUs: number; acquireUs: number; runUs: number; totalUs: number;
}

/** The protections that were in force, and those that were missing, with the reason. */
export interface Isolation { level: string; tier: string; layers: string[]; missing: string[] }

/** What a job with network has reached and been refused. */
export interface Egress {
  allowed: {
    host: string; port: number; connections: number; upBytes: number; downBytes: number;
  }[];
  /** `rule` is the entry or setting that decided. */
  denied: { host: string; port: number; reason: string; rule: string; count: number }[];
  unlisted: number;
  lost: boolean;
}

/** How a job ended: everything of a result but its output, rich results and files. */
export interface Outcome {
  id: string;
  status: Status;
  exitCode: number | null;
  signal: string | null;
  stdoutTruncated: boolean;
  stderrTruncated: boolean;
  resultsTruncated: boolean;
  filesSkipped: SkippedFile[];
  filesSkippedTotal: number;
  usage: Usage;
  timing: Timing;
  isolation: Isolation;
  language: string;
  version: string;
  message?: string;
  limit?: LimitHit;
  deniedSyscall?: string;
  compile?: Compile;
  egress?: Egress;
}

/** One form of a value or picture; forms of one thing share their `object`. */
export class RichResult {
  constructor(readonly mime: string, readonly data: Uint8Array, readonly object: number) {}

  get text(): string { return asText(this.data); }
}

/** A file that a job left and a pattern of `collect` named. */
export class CollectedFile {
  constructor(readonly path: string, readonly content: Uint8Array, readonly executable: boolean) {}

  get text(): string { return asText(this.content); }
}

/**
 * A job's whole result. The streams' exact bytes are kept; as text they are UTF-8 in which what is
 * none stands as U+FFFD.
 */
export class Result implements Outcome {
  declare readonly id: string;
  declare readonly status: Status;
  declare readonly exitCode: number | null;
  declare readonly signal: string | null;
  declare readonly stdoutTruncated: boolean;
  declare readonly stderrTruncated: boolean;
  declare readonly resultsTruncated: boolean;
  declare readonly filesSkipped: SkippedFile[];
  declare readonly filesSkippedTotal: number;
  declare readonly usage: Usage;
  declare readonly timing: Timing;
  declare readonly isolation: Isolation;
  declare readonly language: string;
  declare readonly version: string;
  declare readonly message?: string;
  declare readonly limit?: LimitHit;
  declare readonly deniedSyscall?: string;
  declare readonly compile?: Compile;
  declare readonly egress?: Egress;

  constructor(
    outcome: Outcome, readonly stdoutBytes: Uint8Array, readonly stderrBytes: Uint8Array,
    readonly results: readonly RichResult[], readonly files: readonly CollectedFile[],
  ) {
    Object.assign(this, outcome);
  }

  get ok(): boolean { return this.status === "ok"; }
  get stdout(): string { return asText(this.stdoutBytes); }
  get stderr(): string { return asText(this.stderrBytes); }

  /** The collected file of this path. */
  file(path: string): CollectedFile | undefined {
    return this.files.find((file) => file.path === path);
  }

  /** Returns the result itself if its status is `ok`, else throws JobError. */
  check(): this {
    if (!this.ok) throw new JobError(this);
    return this;
  }
}

export interface Profile {
  name: string; ready: boolean; warmBy: string; preloaded: string[]; missing: string[];
  jobs: { hot: number; warm: number; cold: number };
}

/** A language of this server; `reason` says why it is not available. */
export interface Runtime {
  language: string; version: string; aliases: string[]; endings: string[]; compiled: boolean;
  contexts: boolean; available: boolean; reason?: string; description?: string; profiles: Profile[];
}

export interface Pool {
  language: string; profile: string; ready: boolean; idle: number; target: number;
  starting: number; primed: number; zygoteRestarts: number;
}

export interface Health {
  status: "ok" | "isolation_lost"; version: string; uptimeMs: number; ready: boolean;
  draining: boolean; isolation: Isolation; cgroup: string;
  jobs: { running: number; queued: number; total: number }; pools: Pool[];
}

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/** The value with its members' names in camel case. */
export function camelCased(value: Json): unknown {
  if (Array.isArray(value)) return value.map(camelCased);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), camelCased(member),
  ]));
}

export function richResultFrom(told: JsonObject): RichResult {
  return new RichResult(told.mime as string, bytesOf(told, "data", "encoding"),
    told.object as number);
}

export function fileFrom(told: JsonObject): CollectedFile {
  return new CollectedFile(told.path as string, bytesOf(told, "content", "encoding"),
    told.executable as boolean);
}

export function outcomeFrom(told: JsonObject): Outcome {
  const { stdout, stderr, results, files, ...rest } = told;
  if (typeof rest.id !== "string" || typeof rest.status !== "string") {
    throw new TypeError("no result");
  }
  const outcome = camelCased(rest) as Outcome;
  if (rest.compile) {
    const compile = rest.compile as JsonObject;
    outcome.compile!.stdout = asText(streamOf(compile, "stdout"));
    outcome.compile!.stderr = asText(streamOf(compile, "stderr"));
  }
  return outcome;
}

export function resultFrom(told: JsonObject): Result {
  return new Result(outcomeFrom(told), streamOf(told, "stdout"), streamOf(told, "stderr"),
    (told.results as JsonObject[]).map(richResultFrom), (told.files as JsonObject[]).map(fileFrom));
}

export function streamOf(told: JsonObject, name: string): Uint8Array {
  return bytesOf(told, name, `${name}_encoding`);
}

export function bytesOf(told: JsonObject, name: string, encoding: string): Uint8Array {
  const text = told[name];
  if (typeof text !== "string") throw new TypeError(`no ${name}`);
  return decoded(text, told[encoding] as string | undefined);
}

/** The whole result of a stream's parts. */
export function resultOf(
  outcome: Outcome, stdout: readonly Uint8Array[], stderr: readonly Uint8Array[],
  results: readonly RichResult[], files: readonly CollectedFile[],
): Result {
  return new Result(outcome, joined(stdout), joined(stderr), results, files);
}
