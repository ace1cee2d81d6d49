@0xd8f3c2b1a6907e55;
# The control socket between the supervisor and a zygote: one SOCK_SEQPACKET message each way,
# descriptors by SCM_RIGHTS. Both ends are ours and trusted; no worker ever holds this socket.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("brood::wire");

struct ZygoteRequest {
  requestId @0 :UInt64;
  # Chosen by the supervisor; the answer carries it back.

  union {
    warmUp @1 :WarmUp;
    # First request, exactly once. Answer: ready.

    buildSlot @2 :BuildSlot;
    # Slot builder only. Descriptors: [0] lifeline (read end; the slot's init exits at end of
    # file, when the supervisor is gone, or when it reads anything); with listeners [1], a
    # SOCK_SEQPACKET socket on which they have been sent, in order and at most kMaxPassedFds in a
    # message, when the answer comes. Answer: slotBuilt with a pidfd, or failed.

    forkWorker @3 :ForkWorker;
    # Descriptors: [0] pidfd of the slot's init, [1] channel, [2] stdin, [3] stdout, [4] stderr,
    # [5..] cgroup.procs files the worker writes "0" to. Answer: workerForked with a pidfd, or
    # failed. Whether the worker got through its lock-down it says itself, on its channel.
  }
}

struct WarmUp {
  profile @0 :Text;
  preload @1 :List(Text);
  # Modules to load before the first fork, in the runtime's own terms (module names for Python).

  rootTemplate @2 :RootTemplate;
  # Slot builder only: the read-only part of every sandbox's root, built once.

  layers @3 :LayerPolicy;
  # For all its slots and workers. The operator's configuration, without what the host does not
  # have; no request reaches it.

  sourceName @4 :Text;
  # As in WorkerJob: what nearly every job of these workers will have.

  environment @5 :List(Text);
  # "NAME=VALUE", for the interpreter and all its jobs.

  script @6 :Data;
  # To run once all is loaded. The operator's, and trusted: it runs outside of any sandbox.

  parkedCommand @7 :List(Text);
  # argv of an interpreter that parks as a program of its own.

  techniques @8 :Techniques;

  places @9 :HostPlaces;
  # Only in the tier "process": what a worker may use of the host's own paths.

  scratch @10 :Text;
  # A directory of the supervisor's, for where /tmp cannot be written to.
}

struct HostPlaces {
  readable @0 :List(Text);
  # Files and directories, with all below. Missing ones are skipped.

  preload @1 :Text;
  # The library that jobs live with their restrictions by; or empty.

  runtimeFolders @2 :List(RuntimeFolder);
  # Where that is of which the words of commands say /brood/<name>.

  slots @3 :Text;
  # The directory that holds every slot's place and nothing else.

  scratch @4 :Text;
  # Where zygotes may make files of their own.
}

struct Techniques {
  # base/policy/techniques.h.
  touchPages @0 :Bool = true;
  hugePages @1 :Bool = true;
  reuseNetworks @2 :Bool = true;
  joinMappings @3 :Bool = true;
  fillHoles @4 :Bool = true;
  primeIdle @5 :Bool = true;
}

struct LayerPolicy {
  # Sets of base/policy/layers.h. What is in neither is required.
  off @0 :UInt64;
  preferred @1 :UInt64;
}

struct RootTemplate {
  stagingDir @0 :Text;
  # An existing empty directory of ours to mount the template on, e.g. /run/brood/root.

  readOnlyBinds @1 :List(Text);
  # Directories bind-mounted read-only at the same path (/usr ...).

  copies @2 :List(Text);
  # Files and small trees copied into the template (/etc/ld.so.cache ...). Missing ones are skipped.

  runtimeFolders @3 :List(RuntimeFolder);

  preload @4 :Text;
  # The library that every program of a slot loads before others; or empty.
}

struct RuntimeFolder {
  # The folder that an interpreter needs inside: everything in it but the manifest is copied to
  # /brood/<name>.
  name @0 :Text;
  path @1 :Text;
}

struct BuildSlot {
  slotId @0 :UInt32;
  hostname @1 :Text;

  hostInitUid @2 :UInt32;
  hostInitGid @3 :UInt32;
  hostJobUid @4 :UInt32;
  hostJobGid @5 :UInt32;
  # Ids in the zygote's own user namespace. Inside, init is 0 and the job is 1000; where both are
  # the same one, both are 1000.

  workspaceBytes @6 :UInt64;
  workspaceInodes @7 :UInt64;
  tmpBytes @8 :UInt64;
  tmpInodes @9 :UInt64;
  shmBytes @10 :UInt64;
  shmInodes @11 :UInt64;

  place @12 :Text;
  # Tier "process": the directory to make for it, by its absolute path.

  listeners @13 :List(ListenAddress);
  # Sockets to make in the slot's network namespace, which is new then and used once. None: the slot
  # has loopback and nothing else.

  hosts @14 :Text;
  # The slot's /etc/hosts; empty: that of the template.
}

struct ListenAddress {
  address @0 :UInt32;
  # An IPv4 address, 0x7f000001 being 127.0.0.1.
  port @1 :UInt16;
}

struct ForkWorker {
  slotId @0 :UInt32;
  maxFileBytes @1 :UInt64;
  maxOpenFiles @2 :UInt64;
  maxProcesses @3 :UInt64;
  maxCpuSeconds @4 :UInt64;
  # Hard rlimits while parked; the job's own, lower ones come with the job.

  hostJobUid @5 :UInt32;
  # Also its gid. Used where the user namespace is switched off.

  place @6 :Text;
  # Tier "process": of the slot.

  maxSignals @7 :UInt64;
  # Pending at once, and POSIX timers.
}

struct ZygoteEvent {
  requestId @0 :UInt64;
  # 0 for exited.

  union {
    ready @1 :Ready;
    slotBuilt @2 :Process;
    workerForked @3 :Process;
    failed @4 :Failure;
    exited @5 :Exited;
  }
}

struct Ready {
  # With a descriptor if the kernel can report fatal system calls (seccomp_unotify(2)): the listener
  # for all that this zygote will fork.

  language @0 :Text;
  version @1 :Text;
  loaded @2 :List(Text);
  missing @3 :List(Failure);
  # layer = module name; errnoValue = 0; detail = why.
  warmUpMicros @4 :UInt64;
  threadCount @5 :UInt32;
  largeJobWords @6 :List(Text);
  # A job whose text has one of them is a large one, for which workers get ready when they are told
  # that there is time. Empty: there are none.
}

struct Process {
  pid @0 :Int32;
  # In the zygote's PID namespace. The answer carries a pidfd as its only descriptor.
  elapsedMicros @1 :UInt64;
  layers @2 :UInt64;
  # The layers that the slot was built with (a set of base/policy/layers.h). A worker reports its
  # own.
}

struct Failure {
  layer @0 :Text;
  # Which step, e.g. "mount:/proc", "setns".
  errnoValue @1 :Int32;
  detail @2 :Text;
}

struct Exited {
  pid @0 :Int32;
  waitStatus @1 :Int32;
  # As of waitpid(2).
  userMicros @2 :UInt64;
  systemMicros @3 :UInt64;
  maxRssBytes @4 :UInt64;
}
