@0xb5a1d0c6f7e24a31;
# The message that the supervisor sends down a parked worker's channel: one job, flat.
#
# This direction only. A worker never sends Cap'n Proto: what comes up is fixed-size frames
# (worker_frames.h) and raw bytes on pipes.

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("brood::wire");

struct EnvVar {
  name @0 :Text;
  value @1 :Text;
}

struct JobFile {
  path @0 :Text;
  # Relative to /workspace, checked by the supervisor.
  content @1 :Data;
  # If the job came without a descriptor.
  size @2 :UInt64;
  # Else: so many bytes of the descriptor, after those of the files before.
  executable @3 :Bool;
}

struct WorkerJob {
  source @0 :Data;
  # The program text. Not assumed to be valid in any encoding.

  args @1 :List(Text);
  # sys.argv[1:] or the like. Never contains NUL (the supervisor refuses such jobs).

  env @2 :List(EnvVar);
  # Additions to the worker's base environment.

  cpuSeconds @3 :UInt64;
  # RLIMIT_CPU backstop, rounded up. The exact limit is the supervisor's (cgroup clock).

  fileBytes @4 :UInt64;
  # RLIMIT_FSIZE.

  openFiles @5 :UInt64;
  # RLIMIT_NOFILE.

  sourceName @6 :Text;
  # File name inside /workspace for the program, e.g. "main.py". Ours, from the manifest.

  command @7 :List(Text);
  # Only for a worker that becomes it: argv, complete; "{source}" has already been replaced by the
  # path.

  files @8 :List(JobFile);
  # Written into /workspace before the program starts. Much content comes as one sealed memfd with
  # the header's first byte (SCM_RIGHTS), which is closed before the program starts.

  results @9 :ResultLimits;

  memoryBytes @10 :UInt64;
  # RLIMIT_DATA beyond what there is already; 0: no backstop is needed.

  processes @11 :UInt64;
  # RLIMIT_NPROC; 0: as while parked.

  mergesOutput @12 :Bool;
  # stderr becomes another name of stdout.

  serves @13 :Service;
  # The worker is to be this instead of one run of `source`.

  folder @14 :Text;
  # Where it starts, absolute or relative to /workspace; empty: /workspace.

  terminal @15 :TerminalSize;
  # Absent: standard streams are pipes. Else they are a pseudo-terminal of the worker's own, which
  # it makes and copies to and from its pipes.
}

enum Service {
  nothing @0;
  # A job: it is run, and that is all.
  cells @1;
  # A context of a session (cell_frames.h). Executed languages keep the channel as descriptor 3.
  files @2;
  # The file agent of a session (file_frames.h).
}

struct TerminalSize {
  rows @0 :UInt16;
  columns @1 :UInt16;
}

struct ResultLimits {
  # For rich results. The supervisor has its own count; a worker that heeds these is never cut off.
  count @0 :UInt32;
  # 0: none are wanted.
  bytes @1 :UInt64;
  totalBytes @2 :UInt64;
  acknowledged @3 :Bool;
  # The supervisor answers each result with a byte once it has taken the output before it. Until
  # then an honest worker writes nothing, so that the order is kept.
}
