// A job as the body of a request.
import { asExactText, toBase64 } from "./bytes.js";

// The server's largest wall limit unless it is configured otherwise: a job without a limit of its
// own has the server's default, which only the server knows.
const longestWallMs = 300_000;

// Time that a job may take beside its own: 30 s in the queue and 30 s to compile, the server's
// defaults, and as much again for the transfer and the end of the job.
const marginMs = 90_000;

/** A job's limits; what is left out has the server's default, more than its maxima is refused. */
export interface Limits {
  wallTimeMs?: number;
  cpuTimeMs?: number;
  memoryBytes?: number;
  processes?: number;
  outputBytes?: number;
  fileBytes?: number;
  openFiles?: number;
  workspaceBytes?: number;
  workspaceInodes?: number;
}

/** A file beside the program, there before it starts; `path` is relative. */
export interface InputFile {
  path: string;
  content: string | Uint8Array;
  executable?: boolean;
}

export interface JobOptions {
  /** A name or an alias of `runtimes()`; without it `python`. */
  language?: string;
  /** The profile whose workers run the job; without it `default`. */
  profile?: string;
  stdin?: string;
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Files beside the program, or a record of paths and contents. */
  files?: readonly InputFile[] | Readonly<Record<string, string | Uint8Array>>;
  /** Patterns of files to bring back however the job ended, such as `out/*.png`. */
  collect?: readonly string[];
  limits?: Limits;
  /** Whether pictures and the last expression's value are wanted (Python). */
  rich?: boolean;
  /** stderr goes where stdout goes, in the order written. */
  mergeOutput?: boolean;
  /**
   * Whether the job may reach what the operator allows, or only these names of it; without it as
   * the server is configured.
   */
  network?: boolean | readonly string[];
}

export interface CallOptions {
  /** Milliseconds for this call, instead of the client's. */
  timeoutMs?: number;
  /** Aborting it closes the connection, which cancels the job. */
  signal?: AbortSignal;
}

/** The JSON of POST /v1/execute. */
export function bodyOf(code: string, options: JobOptions): string {
  return JSON.stringify({
    language: options.language ?? "python",
    code,
    profile: options.profile,
    stdin: options.stdin,
    args: options.args,
    env: options.env,
    files: options.files && filesOf(options.files).map(encoded),
    collect: options.collect,
    limits: options.limits && limitsOf(options.limits),
    rich: options.rich,
    merge_output: options.mergeOutput,
    network: Array.isArray(options.network) ? { allow: options.network } : options.network,
  });
}

/** How long a healthy server may take to answer, from the job's own wall limit. */
export function answerMs(options: JobOptions): number {
  return (options.limits?.wallTimeMs ?? longestWallMs) + marginMs;
}

function filesOf(files: NonNullable<JobOptions["files"]>): readonly InputFile[] {
  if (Array.isArray(files)) return files as readonly InputFile[];
  return Object.entries(files as Record<string, string | Uint8Array>).map(
    ([path, content]) => ({ path, content }));
}

function encoded(file: InputFile): Record<string, unknown> {
  const text = typeof file.content === "string" ? file.content : asExactText(file.content);
  const content = text === null
    ? { content: toBase64(file.content as Uint8Array), encoding: "base64" }
    : { content: text };
  return { path: file.path, ...content, executable: file.executable };
}

function limitsOf(limits: Limits): Record<string, number | undefined> {
  return {
    wall_time_ms: limits.wallTimeMs,
    cpu_time_ms: limits.cpuTimeMs,
    memory_bytes: limits.memoryBytes,
    processes: limits.processes,
    output_bytes: limits.outputBytes,
    file_bytes: limits.fileBytes,
    open_files: limits.openFiles,
    workspace_bytes: limits.workspaceBytes,
    workspace_inodes: limits.workspaceInodes,
  };
}
