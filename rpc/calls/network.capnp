@0xd1b7e2a94c5f3086;
# The part of the supervisor's interface that is about the network of jobs.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("brood::rpc");

struct Network {
  # A job's own bounds on what the operator allows.
  union {
    unsaid @0 :Void;
    # As is configured.
    off @1 :Void;
    on @2 :Void;
    narrowed @3 :List(Text);
    # Only what one of these entries lets through as well. One that is not within what is allowed is
    # refused.
  }
}

struct AllowedHost {
  host @0 :Text;
  port @1 :UInt16;
  connections @2 :UInt32;
  upBytes @3 :UInt64;
  downBytes @4 :UInt64;
}

struct DeniedHost {
  host @0 :Text;
  port @1 :UInt16;
  reason @2 :Text;
  # One of a few words, e.g. "not_listed".
  rule @3 :Text;
  # The entry or setting that has decided; may be empty.
  count @4 :UInt32;
}

struct Egress {
  # Hosts that a job with network has reached and been refused.
  allowed @0 :List(AllowedHost);
  denied @1 :List(DeniedHost);
  unlisted @2 :UInt64;
  # Connections that the lists have no room for.
  lost @3 :Bool;
  # The broker ended before it could say.
}

struct EgressStatus {
  enabled @0 :Bool;
  whyNot @1 :Text;
  # Not empty: it is configured, and cannot be had here.
  byDefault @2 :Bool;
  # Jobs that do not say have it.
  ready @3 :Bool;
  pid @4 :Int32;
  restarts @5 :UInt32;
  entries @6 :UInt32;
  layers @7 :List(Text);
  missing @8 :List(Text);
  # "layer: reason", of the broker itself.
}
