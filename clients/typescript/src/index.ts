// Client of Brood, which runs untrusted code in a fresh sandbox.
export { Brood, type ClientOptions } from "./client.js";
export {
  AccessError, BroodError, BusyError, JobError, RefusedError, ServerError, TransportError,
} from "./errors.js";
export type { Event } from "./events.js";
export type { CallOptions, InputFile, JobOptions, Limits } from "./request.js";
export {
  CollectedFile, Result, RichResult, type Compile, type Egress, type Health, type Isolation,
  type LimitHit, type Outcome, type Pool, type Profile, type Runtime, type SkippedFile,
  type Status, type Timing, type Usage,
} from "./results.js";
