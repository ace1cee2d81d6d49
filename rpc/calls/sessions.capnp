@0xe1c7a4d05b3f9268;
# The supervisor's interface for sessions: sandboxes and interpreters that are kept between calls.

using Cxx = import "/capnp/c++.capnp";
using Net = import "network.capnp";
using Sup = import "supervisor.capnp";
$Cxx.namespace("brood::rpc");

struct Label {
  name @0 :Text;
  value @1 :Text;
}

struct SessionSpec {
  language @0 :Text;
  # The default context has it, which is opened at once; empty: the configured one.
  profile @1 :Text;
  env @2 :List(Sup.EnvVar);
  # For each context and command.
  limits @3 :Sup.Limits;
  # wallTimeMs, cpuTimeMs and outputBytes are those of a cell that does not say; all others are the
  # whole session's.
  files @4 :List(Sup.InputFile);
  network @5 :Net.Network;
  metadata @6 :List(Label);
  ttlMs @7 :UInt64;
  # 0: the configured one.
  idleTimeoutMs @8 :UInt64;
  # 0: the configured one.
  tenant @9 :Text;
  tenantSessions @10 :UInt32;
  # How many sessions that tenant may have; 0: any number.
}

enum SessionState {
  running @0;
  paused @1;
  closed @2;
}

enum ContextState {
  idle @0;
  busy @1;
  lost @2;
  # Its interpreter has ended. The next cell gets a new one.
}

struct ContextInfo {
  id @0 :Text;
  language @1 :Text;
  state @2 :ContextState;
  cells @3 :UInt32;
  # Run so far.
  isDefault @4 :Bool;
  # The context of its language that a cell gets that names none.
  waiting @5 :UInt32;
  # Cells behind the one that runs.
}

struct CommandInfo {
  id @0 :Text;
  argv @1 :List(Text);
  running @2 :Bool;
  hasExitCode @3 :Bool;
  exitCode @4 :Int32;
  signal @5 :Text;
  tag @6 :Text;
  startedUnixMs @7 :Int64;
}

struct SessionInfo {
  id @0 :Text;
  language @1 :Text;
  profile @2 :Text;
  state @3 :SessionState;
  createdUnixMs @4 :Int64;
  expiresUnixMs @5 :Int64;
  # The earlier of its end of life and, while nothing runs, the end of its idle time.
  ttlMs @6 :UInt64;
  idleTimeoutMs @7 :UInt64;
  metadata @8 :List(Label);
  contexts @9 :List(ContextInfo);
  commands @10 :List(CommandInfo);
  memoryBytes @11 :UInt64;
  # Counted now.
  cpuMicros @12 :UInt64;
  # Used so far.
  limits @13 :Sup.Limits;
  tenant @14 :Text;
  start @15 :Sup.StartKind;
  # How the first context got its worker.
  isolation @16 :Sup.Isolation;
}

struct Cell {
  code @0 :Data;
  context @1 :Text;
  # Empty: the default context of `language`.
  language @2 :Text;
  # Empty: the session's.
  stdin @3 :Data;
  timeoutMs @4 :UInt64;
  # 0: the session's wall time.
  env @5 :List(Sup.EnvVar);
  # They stay set in the context.
  rich @6 :Bool;
  detach @7 :Bool;
  # The cell goes on when its caller has gone.
}

struct CellResult {
  job @0 :Sup.JobResult;
  # As a job's. `status` is "error" where the cell raised an error, with exit code 1. A cell that
  # was interrupted at its time-out has "timeout", whether its context is kept or lost.
  executionCount @1 :UInt32;
  contextId @2 :Text;
  contextState @3 :ContextState;
  # idle: kept; lost: the next cell gets a new one.
  contextIsNew @4 :Bool;
  # It is the first cell of an interpreter that stands in for a lost one.
  error @5 :Data;
  # The content of kCellErrorMime, as the cell gave it: hostile. Empty: none.
  lateOutput @6 :Data;
  # Output of the context between the end of the cell before and the beginning of this one; the
  # end of it, where that was much.
  covers @7 :Text;
  # The subject of the figures of usage: "context", or "session" where all of it is counted as one.
}

struct Command {
  argv @0 :List(Text);
  cwd @1 :Text;
  env @2 :List(Sup.EnvVar);
  stdin @3 :Data;
  keepStdinOpen @4 :Bool;
  # Until closeInput().
  rows @5 :UInt16;
  columns @6 :UInt16;
  # Not 0, both: it has a terminal.
  timeoutMs @7 :UInt64;
  # 0: the session's wall time; a background command: none.
  background @8 :Bool;
  # Answered as soon as it runs; it goes on until it ends or the session does.
  tag @9 :Text;
}

enum FileType {
  file @0;
  directory @1;
  symlink @2;
  other @3;
}

struct FileInfo {
  path @0 :Text;
  # Absolute, as the session sees it. Names that are not UTF-8 are left out of listings.
  type @1 :FileType;
  size @2 :UInt64;
  mode @3 :UInt32;
  modifiedUnixMs @4 :Int64;
  target @5 :Text;
  # Only a symbolic link has one.
  owner @6 :Text;
  group @7 :Text;
}

struct Done {
  union {
    done @0 :Void;
    rejected @1 :Sup.Rejection;
  }
}

struct CellOutcome {
  union {
    result @0 :CellResult;
    rejected @1 :Sup.Rejection;
  }
}

struct ContextOutcome {
  union {
    context @0 :ContextInfo;
    rejected @1 :Sup.Rejection;
  }
}

struct CommandOutcome {
  union {
    result :group {
      command @0 :CommandInfo;
      job @1 :Sup.JobResult;
      # Absent unless the command was waited for.
    }
    rejected @2 :Sup.Rejection;
  }
}

struct FileOutcome {
  union {
    content @0 :Data;
    files @1 :List(FileInfo);
    done @2 :Void;
    rejected @3 :Sup.Rejection;
  }
}

interface CommandSink extends(Sup.OutputSink) {
  exited @0 (command :CommandInfo) -> ();
  # The last call of a follower.
}

interface Session {
  info @0 () -> (info :SessionInfo);
  update @1 (ttlMs :UInt64, idleTimeoutMs :UInt64, setsMetadata :Bool, metadata :List(Label))
      -> (outcome :Done);
  # 0: as it is. The time to live counts from now.
  close @2 () -> (outcome :Done);
  # Answered when nothing of it runs any more.
  pause @3 () -> (outcome :Done);
  resume @4 () -> (outcome :Done);

  execute @5 (cell :Cell, sink :Sup.OutputSink) -> (outcome :CellOutcome);
  # Cancelling the call interrupts the cell, unless it is detached.
  openContext @6 (language :Text, name :Text, cwd :Text) -> (outcome :ContextOutcome);
  closeContext @7 (id :Text) -> (outcome :Done);
  interrupt @8 (id :Text) -> (outcome :Done);
  restart @9 (id :Text) -> (outcome :ContextOutcome);

  start @10 (command :Command, sink :Sup.OutputSink) -> (outcome :CommandOutcome);
  # Cancelling the call kills a command that is not in the background.
  writeInput @11 (id :Text, data :Data, thenClose :Bool) -> (outcome :Done);
  signal @12 (id :Text, number :Int32) -> (outcome :Done);
  # To its process group.
  resize @13 (id :Text, rows :UInt16, columns :UInt16) -> (outcome :Done);
  follow @14 (id :Text, sink :CommandSink) -> (outcome :CommandOutcome);
  # The sink gets the command's output of late, and then what it writes; answered when it has
  # ended.

  readFile @15 (path :Text, offset :UInt64, length :UInt64) -> (outcome :FileOutcome);
  # length 0: to its end, within the configured maximum.
  writeFile @16 (path :Text, content :Data, append :Bool, mode :UInt32) -> (outcome :FileOutcome);
  # Folders are made as needed; `files` has the one written.
  stat @17 (path :Text) -> (outcome :FileOutcome);
  list @18 (path :Text, depth :UInt32) -> (outcome :FileOutcome);
  makeFolder @19 (path :Text) -> (outcome :FileOutcome);
  move @20 (path :Text, to :Text) -> (outcome :FileOutcome);
  remove @21 (path :Text) -> (outcome :FileOutcome);
  # A folder with all that is in it.
}

struct SessionOutcome {
  union {
    opened :group {
      session @0 :Session;
      info @1 :SessionInfo;
    }
    rejected @2 :Sup.Rejection;
  }
}

interface Sessions {
  open @0 (spec :SessionSpec) -> (outcome :SessionOutcome);
  # Dropping the capability does not end the session.
  find @1 (id :Text, tenant :Text) -> (outcome :SessionOutcome);
  # Another tenant's session is notFound.
  list @2 (tenant :Text, metadata :List(Label), limit :UInt32, after :Text)
      -> (sessions :List(SessionInfo), next :Text);
  # Those that have all of these labels, by id; `next` is empty or what to give as `after`.
}
