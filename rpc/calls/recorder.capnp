@0xd7a1c3f2be904516;
# The recorder's interface for the gateway, over a Unix socket: what has happened goes one way, who
# may do what comes the other.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("brood::rpc");

struct AuditEvent {
  # See recorder/files/audit_event.h.
  number @0 :UInt64;
  timeMs @1 :Int64;
  kind @2 :Text;
  verdict @3 :Text;
  tenant @4 :Text;
  keyId @5 :Text;
  requestId @6 :Text;
  peer @7 :Text;
  jobId @8 :Text;
  language @9 :Text;
  profile @10 :Text;
  codeSha256 @11 :Text;
  detail @12 :Text;
  hasExitCode @13 :Bool;
  exitCode @14 :Int64;
  cpuMicros @15 :UInt64;
  wallMicros @16 :UInt64;
  peakMemoryBytes @17 :UInt64;
  egressUpBytes @18 :UInt64;
  egressDownBytes @19 :UInt64;
  hosts @20 :List(Text);
  deniedHosts @21 :List(Text);
  lost @22 :UInt64;
  sessionId @23 :Text;
}

struct SpanAttribute {
  name @0 :Text;
  union {
    text @1 :Text;
    number @2 :Int64;
  }
}

struct TraceSpan {
  # See recorder/exports/otlp_request.h.
  traceId @0 :Data;
  spanId @1 :Data;
  parentId @2 :Data;
  # Empty: the root of its trace.
  name @3 :Text;
  isServer @4 :Bool;
  startUnixNanos @5 :UInt64;
  endUnixNanos @6 :UInt64;
  attributes @7 :List(SpanAttribute);
  error @8 :Text;
}

struct KeptFile {
  # A file that a job left, for storage elsewhere.
  path @0 :Text;
  content @1 :Data;
}

struct RecordBatch {
  events @0 :List(AuditEvent);
  spans @1 :List(TraceSpan);
  files @2 :List(KeptFile);
  usage @3 :Text;
  # The usage of late, as in the usage file; empty: as before.
  droppedSpans @4 :UInt64;
  # By the gateway, since its last batch.
}

interface KeyReader {
  # The gateway's end: told of what it may not read itself, and of each change of it.
  keys @0 (text :Text) -> ();
  # The key file.
  certificate @1 (chain :Text, privateKey :Text, clientAuthorities :Text) -> ();
  # PEM, as gateway.tls_cert, gateway.tls_key and gateway.tls_client_ca have it.
}

interface Recorder {
  attach @0 (writer :Text, keys :KeyReader) -> (lastNumber :UInt64, usage :Text);
  # Says who will send batches. `lastNumber`: of its events, the last that is written down. `usage`:
  # what all tenants have used, as in the usage file. The keys come by their own way, and at once.

  record @1 (writer :Text, batch :RecordBatch) -> (kept :Bool, problem :Text);
  # Not kept: nothing of it has been written down, and it is to come again; the problem says why.

  metrics @2 () -> (text :Text);
  # In Prometheus' text format 0.0.4.
}
