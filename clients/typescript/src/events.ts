// A job's events, and how they are read from the bytes of a stream.
import { asText, joined } from "./bytes.js";
import { BroodError, TransportError, errorFromAnswer } from "./errors.js";
import {
  bytesOf, fileFrom, outcomeFrom, richResultFrom,
  type CollectedFile, type JsonObject, type Outcome, type RichResult,
} from "./results.js";

export type Event =
  | { type: "start"; id: string; start: "hot" | "warm" | "cold" }
  /** A piece of output, cut between characters; `data` is exact. */
  | { type: "stdout" | "stderr"; text: string; data: Uint8Array }
  | { type: "result"; result: RichResult }
  | { type: "file"; file: CollectedFile }
  /** The last event. */
  | { type: "exit"; outcome: Outcome };

export function invalidResponse(cause: unknown, mayHaveRun = true): TransportError {
  return new TransportError("invalid_response", `this is no answer of Brood's: ${String(cause)}`,
    { cause, mayHaveRun });
}

function outputFrom(type: "stdout" | "stderr", told: JsonObject): Event {
  const data = bytesOf(told, "data", "encoding");
  return { type, data, text: asText(data) };
}

function eventFrom(name: string, told: JsonObject): Event | null {
  switch (name) {
    case "start": return { type: "start", id: String(told.id), start: told.start as "hot" };
    case "stdout":
    case "stderr": return outputFrom(name, told);
    case "result": return { type: "result", result: richResultFrom(told) };
    case "file": return { type: "file", file: fileFrom(told) };
    case "exit": return { type: "exit", outcome: outcomeFrom(told) };
    case "error": throw errorFromAnswer(told, null);
    // A later server may have more.
    default: return null;
  }
}

/** Turns pieces of a stream, cut anywhere, into events. */
export class EventDecoder {
  hasEnded = false;
  private pending: Uint8Array[] = [];
  private name = "";
  private data = "";

  /** The events that this piece completes; throws the error of an `error` event. */
  * feed(piece: Uint8Array): Generator<Event> {
    let begin = 0;
    while (!this.hasEnded) {
      const end = piece.indexOf(10, begin);
      if (end < 0) break;
      const line = asText(joined([...this.pending, piece.subarray(begin, end)]));
      this.pending = [];
      begin = end + 1;
      const event = this.take(line.endsWith("\r") ? line.slice(0, -1) : line);
      if (event) yield event;
    }
    if (begin < piece.length) this.pending.push(piece.subarray(begin));
  }

  /** Says that the stream is over, which it may be only after its last event. */
  finish(): void {
    if (!this.hasEnded) {
      throw new TransportError("connection_lost", "the stream was cut before the job's end",
        { mayHaveRun: true });
    }
  }

  private take(line: string): Event | null {
    if (line === "") return this.dispatch();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + (line[colon + 1] === " " ? 2 : 1));
    if (field === "event") this.name = value;
    if (field === "data") this.data += value;
    return null;
  }

  private dispatch(): Event | null {
    const { name, data } = this;
    this.name = this.data = "";
    if (!name) return null;
    try {
      const event = eventFrom(name, JSON.parse(data) as JsonObject);
      this.hasEnded = event?.type === "exit";
      return event;
    } catch (error) {
      this.hasEnded = true;
      throw error instanceof BroodError ? error : invalidResponse(error);
    }
  }
}
