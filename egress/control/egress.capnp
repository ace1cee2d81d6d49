@0xc018b5365217c70c;
# The control socket between the supervisor and brood-egress: SOCK_SEQPACKET messages, descriptors
# by SCM_RIGHTS. The supervisor is trusted. The broker reads what strangers send, so what it says
# is counted and shown and decides nothing.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("brood::egress::wire");

struct ToBroker {
  requestId @0 :UInt64;
  # The answer carries it back.

  union {
    configure @1 :Configuration;
    # First, and again with each new list. Answer: done, or refused and nothing has changed.

    addListeners @2 :AddListeners;
    # For a new slot, or more for one. Descriptors: sockets that listen, in the order of the list,
    # made in the slot's network namespace. Answer: done or refused.

    startJob @3 :StartJob;
    # Before the job is told to the slot's worker. Answer: done or refused.

    endJob @4 :SlotId;
    # Closes all that the job has open, and the slot's listeners. Answer: report.

    status @5 :Void;
    # Answer: status.
  }
}

struct SlotId {
  id @0 :UInt64;
}

struct Configuration {
  entries @0 :List(Text);
  # The operator's list, denials included.

  ownPorts @1 :List(UInt16);
  forbidden @2 :List(Text);
  # Ranges that are forbidden on this host besides those that always are.

  resolvers @3 :List(Text);
  # "192.0.2.1:53"; none: those that the broker found in resolv.conf when it started.

  requireSni @4 :Bool = true;
  aliases @5 :List(Alias);
  limits @6 :BrokerLimits;
}

struct Alias {
  name @0 :Text;
  origin @1 :Text;
  # "https://host[:port][/path]".

  headers @2 :List(Header);
  secrets @3 :List(Text);
  # Texts that must not come back in the header of an answer.
}

struct Header {
  name @0 :Text;
  value @1 :Text;
}

struct BrokerLimits {
  connections @0 :UInt32 = 4096;
  # At once, all jobs together.

  headBytes @1 :UInt32 = 32768;
  headTimeoutMs @2 :UInt32 = 30000;
  # For a request's head, a SOCKS greeting or a ClientHello to be there.

  dialTimeoutMs @3 :UInt32 = 15000;
  lookupTimeoutMs @4 :UInt32 = 10000;
}

struct AddListeners {
  slot @0 :UInt64;
  listeners @1 :List(Listener);
}

struct Listener {
  union {
    http @0 :Void;
    socks @1 :Void;
    alias @2 :Void;
    named @3 :NamedPort;
  }
}

struct NamedPort {
  host @0 :Text;
  port @1 :UInt16;
}

struct StartJob {
  slot @0 :UInt64;
  tenant @1 :Text;
  isNarrowed @2 :Bool;
  allow @3 :List(Text);
  # The request's own list, where it has one.

  limits @4 :JobLimits;
  tenantLimits @5 :JobLimits;
  # For all jobs of the tenant together, of which only connectionsAtOnce and bytesPerSecond count.
}

struct JobLimits {
  # 0: no limit.
  connectionsAtOnce @0 :UInt32;
  connectionsInAll @1 :UInt32;
  bytesUp @2 :UInt64;
  bytesDown @3 :UInt64;
  bytesPerSecond @4 :UInt64;
  idleMs @5 :UInt32;
}

struct FromBroker {
  requestId @0 :UInt64;
  union {
    done @1 :Void;
    refused @2 :Text;
    report @3 :Report;
    status @4 :Status;
    ready @5 :Ready;
    # Unasked, once, with requestId 0: the broker has given up what it does not need and reads on.
  }
}

struct Ready {
  layers @0 :List(Text);
  missing @1 :List(Text);
  # "name: reason".
}

struct Report {
  allowed @0 :List(AllowedHost);
  denied @1 :List(DeniedHost);
  unlisted @2 :UInt64;
  # Connections that the lists have no room for.
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
  rule @3 :Text;
  count @4 :UInt32;
}

struct Status {
  slots @0 :UInt32;
  jobs @1 :UInt32;
  connections @2 :UInt32;
  connectionsInAll @3 :UInt64;
  upBytes @4 :UInt64;
  downBytes @5 :UInt64;
  refused @6 :List(Count);
  # By reason.
}

struct Count {
  name @0 :Text;
  count @1 :UInt64;
}
