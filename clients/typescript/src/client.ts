// The client.
import { errorFromAnswer } from "./errors.js";
import { EventDecoder, invalidResponse, type Event } from "./events.js";
import { answerMs, bodyOf, type CallOptions, type JobOptions } from "./request.js";
import {
  camelCased, resultFrom, resultOf, type CollectedFile, type Health, type JsonObject, type Outcome,
  type Result, type RichResult, type Runtime,
} from "./results.js";
import { Attempts } from "./retry.js";
import { Deadline, pause, retryAfterOf } from "./transport.js";

export interface ClientOptions {
  /** Where Brood listens; without it `BROOD_URL`, else http://127.0.0.1:8080. */
  url?: string;
  /** Sent as a bearer token; without it `BROOD_API_KEY`. */
  apiKey?: string;
  /**
   * Milliseconds that any call may take, tries and waits included. Without it a job's own wall
   * limit and 90 s are taken (300 s and 90 s for a job without a limit), for streams there is no
   * end, and for everything else 30 s.
   */
  timeoutMs?: number;
  /** How often a call is tried again where no job can have begun; 2 unless said otherwise. */
  maxRetries?: number;
  /** Another `fetch`, for example of a proxy. */
  fetch?: typeof globalThis.fetch;
}

interface Exchange { response: Response; deadline: Deadline; attempts: Attempts }

// A server that is asked for a stream breaks a silence of 14 s with a comment at the latest.
const silenceMs = 45_000;

// Node's fetch gives up when no answer has begun after 300 s. A stream begins at once.
const longestSilentMs = 240_000;

/** A client of one Brood. `fetch` keeps its connections and uses them again. */
export class Brood {
  private readonly url: string;
  private readonly headers: Record<string, string>;
  private readonly options: ClientOptions;

  constructor(options: ClientOptions = {}) {
    this.options = options;
    const url = new URL(options.url || environment("BROOD_URL") || "http://127.0.0.1:8080");
    if (url.protocol !== "http:" && url.protocol !== "https:") {
      throw new TypeError(`url must begin with http:// or https://, got ${url.href}`);
    }
    this.url = url.href.replace(/\/+$/, "");
    const key = (options.apiKey ?? environment("BROOD_API_KEY") ?? "").trim();
    this.headers = key ? { Authorization: `Bearer ${key}` } : {};
  }

  /** Runs one job and returns its result, however it ended: see `status`. */
  async execute(code: string, options: JobOptions & CallOptions = {}): Promise<Result> {
    const timeoutMs = options.timeoutMs ?? this.options.timeoutMs ?? answerMs(options);
    if ((options.limits?.wallTimeMs ?? 0) > longestSilentMs) {
      return this.executeAsStream(code, { ...options, timeoutMs });
    }
    const init = this.posting(bodyOf(code, options), "application/json");
    return this.tried("/v1/execute", init, timeoutMs, options.signal, async (exchange) =>
      read(await checked(exchange), resultFrom));
  }

  /**
   * Runs one job whose output comes as events. The job starts with the first of them. Leaving the
   * loop early cancels the job. The last event is `exit`; a job that was lost throws ServerError.
   */
  async * stream(code: string, options: JobOptions & CallOptions = {}): AsyncGenerator<Event> {
    const timeoutMs = options.timeoutMs ?? this.options.timeoutMs ?? Infinity;
    const init = this.posting(bodyOf(code, options), "text/event-stream");
    const exchange = await this.tried("/v1/execute", init, timeoutMs, options.signal,
      async (opened) => {
        if (opened.response.status !== 200) await checked(opened);
        return opened;
      }, false);
    yield* eventsOf(exchange);
  }

  /** The languages that this server knows, with their profiles. */
  async runtimes(options: CallOptions = {}): Promise<Runtime[]> {
    return this.lookUp("/v1/runtimes", options, async (exchange) =>
      read(await checked(exchange), (told) => camelCased(told.runtimes!) as Runtime[]));
  }

  /** Version, isolation, load and pools; lost isolation is a status, not an error. */
  async health(options: CallOptions = {}): Promise<Health> {
    return this.lookUp("/health", options, async (exchange) =>
      read(await checked(exchange, (told) => "isolation" in told),
        (told) => camelCased(told) as Health));
  }

  /** Whether every pool is filled and jobs are accepted. */
  async ready(options: CallOptions = {}): Promise<boolean> {
    return this.lookUp("/ready", options, async (exchange) => {
      await checked(exchange, (told) => "error" in told);
      return exchange.response.status === 200;
    });
  }

  private async executeAsStream(code: string, options: JobOptions & CallOptions): Promise<Result> {
    const output: { stdout: Uint8Array[]; stderr: Uint8Array[] } = { stdout: [], stderr: [] };
    const results: RichResult[] = [];
    const files: CollectedFile[] = [];
    let outcome: Outcome | undefined;
    for await (const event of this.stream(code, options)) {
      if (event.type === "stdout" || event.type === "stderr") output[event.type].push(event.data);
      if (event.type === "result") results.push(event.result);
      if (event.type === "file") files.push(event.file);
      if (event.type === "exit") outcome = event.outcome;
    }
    return resultOf(outcome!, output.stdout, output.stderr, results, files);
  }

  private posting(body: string, accept: string): RequestInit {
    const headers = { ...this.headers, "Content-Type": "application/json", Accept: accept };
    return { method: "POST", body, headers };
  }

  private lookUp<T>(
    path: string, options: CallOptions, reader: (exchange: Exchange) => Promise<T>,
  ): Promise<T> {
    const timeoutMs = options.timeoutMs ?? this.options.timeoutMs ?? 30_000;
    return this.tried(path, { headers: this.headers }, timeoutMs, options.signal, reader);
  }

  /** Sends until `reader` is satisfied; the exchange is closed then, if `isWhole`. */
  private async tried<T>(
    path: string, init: RequestInit, timeoutMs: number, signal: AbortSignal | undefined,
    reader: (exchange: Exchange) => Promise<T>, isWhole = true,
  ): Promise<T> {
    const isHarmless = init.method !== "POST";
    const attempts = new Attempts(timeoutMs, this.options.maxRetries ?? 2, isHarmless);
    for (;;) {
      const deadline = new Deadline(signal);
      // A stream begins with its first comment at the latest.
      deadline.set(isWhole ? attempts.remainingMs() : Math.min(silenceMs, attempts.remainingMs()));
      try {
        signal?.throwIfAborted();
        const response = await this.send(path, init, deadline, isHarmless);
        const value = await reader({ response, deadline, attempts });
        if (isWhole) deadline.close();
        return value;
      } catch (error) {
        deadline.close();
        await pause(attempts.delayAfter(error), signal);
      }
    }
  }

  private async send(
    path: string, init: RequestInit, deadline: Deadline, isHarmless: boolean,
  ): Promise<Response> {
    const send = this.options.fetch ?? globalThis.fetch;
    try {
      return await send(this.url + path, { ...init, redirect: "manual", signal: deadline.signal });
    } catch (error) {
      throw deadline.errorFrom(error, !isHarmless);
    }
  }
}

/** The JSON of an answer; throws the error of one that is neither a 200 nor accepted. */
async function checked(
  exchange: Exchange, accepts: (told: JsonObject) => boolean = () => false,
): Promise<JsonObject> {
  const { response, deadline, attempts } = exchange;
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    throw deadline.errorFrom(error, !attempts.isHarmless);
  }
  const told = parsed(text);
  if (response.status === 200 && told) return told;
  if (response.status === 200) throw invalidResponse("no JSON object", !attempts.isHarmless);
  if (response.status === 503 && told && accepts(told)) return told;
  throw errorFromAnswer(told, response.status, retryAfterOf(response));
}

function parsed(text: string): JsonObject | null {
  try {
    const told: unknown = JSON.parse(text);
    return told !== null && typeof told === "object" ? (told as JsonObject) : null;
  } catch {
    return null;
  }
}

function read<T>(told: JsonObject, reader: (told: JsonObject) => T): T {
  try {
    return reader(told);
  } catch (error) {
    throw invalidResponse(error);
  }
}

async function* eventsOf({ response, deadline, attempts }: Exchange): AsyncGenerator<Event> {
  const decoder = new EventDecoder();
  const reader = response.body!.getReader();
  try {
    for (;;) {
      deadline.set(Math.min(silenceMs, attempts.remainingMs()));
      const { done, value } = await next(reader, deadline);
      if (done) break;
      yield* decoder.feed(value);
    }
    decoder.finish();
  } finally {
    deadline.close();
    // After the end it does nothing; before, it closes the connection.
    await reader.cancel().catch(() => undefined);
  }
}

async function next(reader: ReadableStreamDefaultReader<Uint8Array>, deadline: Deadline) {
  try {
    return await reader.read();
  } catch (error) {
    throw deadline.errorFrom(error, true);
  }
}

function environment(name: string): string | undefined {
  const node = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return node.process?.env?.[name];
}
