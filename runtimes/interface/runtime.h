#pragma once
// The plug-in interface of a language: what a zygote does with it, and nothing else.
//
// A runtime lives in one folder under runtimes/, is linked into its own zygote binary and knows
// nothing of sandboxes, sockets or limits. Its methods are called in this order:
//   zygote:  warmUp, prepare, [expectAt,] then for each worker: beforeFork, (fork),
//   afterForkInParent worker:  afterFork, [the sandbox is joined and locked down], park, run

#include <kj/array.h>
#include <kj/debug.h>
#include <kj/memory.h>
#include <kj/string.h>
#include <kj/vector.h>

#include <cstdint>

#include "base/policy/techniques.h"

namespace brood {

struct WarmUpOptions {
  kj::String profile;
  kj::Array<kj::String> preload;
  kj::Array<kj::String> environment;  // "NAME=VALUE", for the interpreter and all its jobs.
  kj::Array<kj::byte> script;         // To run once all is loaded; may be empty. Trusted.
  kj::Array<kj::String>
      parkedCommand;      // argv of an interpreter that parks as a program of its own.
  Techniques techniques;  // Which of them to use, where a runtime has a part in it.
};

struct WarmUpReport {
  struct Missing {
    kj::String name;
    kj::String reason;
  };
  kj::String language;
  kj::String version;
  kj::Vector<kj::String> loaded;
  kj::Vector<Missing> missing;  // Asked for and not there: reported, not fatal.
};

struct JobEnvVar {
  kj::StringPtr name;
  kj::StringPtr value;
};

// Takes what a job shows besides its output.
class ResultSink {
 public:
  virtual ~ResultSink() noexcept(false) = default;
  // One form of the thing with this number. What is too much is left out, and said to be. Throws
  // nothing and blocks while nobody reads.
  virtual void add(uint32_t object, kj::StringPtr mime, kj::ArrayPtr<const kj::byte> data) = 0;
};

// A program that parks by itself needs this to serve cells on its channel.
struct OpenedContext {
  kj::ArrayPtr<const kj::byte> begun;  // The part of the first cell that is read already.
  bool acknowledgesResults = false;
};

// One job as the runtime sees it. Borrowed; valid during run().
struct JobSpec {
  kj::ArrayPtr<const kj::byte> source;
  kj::StringPtr sourcePath;  // Absolute, inside the sandbox: "/workspace/main.py".
  kj::ArrayPtr<const kj::StringPtr> args;
  kj::ArrayPtr<const JobEnvVar> env;
  kj::ArrayPtr<const kj::StringPtr> command;  // argv of an executed language; else empty.
  ResultSink* results = nullptr;              // Null: not asked for.
  bool hasFiles = false;                      // Others are beside the source.
  const OpenedContext* context = nullptr;     // Only a parked program's. Null: a job.
  kj::StringPtr folder = {};                  // Where it starts; empty: where its source is.
};

// A job to rehearse: what most programs do, or what every program goes through.
struct RehearsalJob {
  kj::StringPtr source;
  int exitCode = 0;  // Which it must end with.
  // Not empty: a large job, which needs too much for every worker to have it. Some workers take it
  // while nothing is going on, and jobs whose text has this word get one of them.
  kj::StringPtr word = {};
};

// A program that a worker becomes before it has its job.
struct ParkedProgram {
  kj::Vector<kj::String> argv;
  kj::Vector<kj::String> environment;  // "NAME=value".
};

class CellPort;

class Runtime {
 public:
  virtual ~Runtime() noexcept(false) = default;

  // Starts the interpreter and loads what the profile lists. Must leave exactly one thread.
  // Throws when the interpreter itself cannot start.
  virtual WarmUpReport warmUp(const WarmUpOptions& options) = 0;

  // In the zygote, after warmUp: makes ready what every worker is going to use. It is apart from
  // warmUp because workers write to what is allocated here, while most of what has been loaded
  // stays as it is, in huge pages that all of them share: the zygote sees to it that the two lie
  // apart.
  virtual void prepare() {}

  // In the zygote, directly before and after each fork (also when the fork failed): an interpreter
  // that takes its locks around a fork does it here.
  virtual void beforeFork() {}
  virtual void afterForkInParent() {}

  // In the zygote, after prepare: where the job's source will be in nearly every worker to come.
  // State that follows from this path alone need not be made in each of them. A worker may be
  // parked elsewhere.
  virtual void expectAt(kj::StringPtr sourcePath) { static_cast<void>(sourcePath); }

  // In the worker, directly after fork and before the sandbox is joined: repair the
  // interpreter's idea of itself (locks, thread state). Must not open anything.
  virtual void afterFork() = 0;

  // Each is run once in a throw-away worker of its own after prepare, to see that a fork works and
  // which memory a job touches; every worker then has the memory of all that are not large before
  // its job comes. None: nothing to rehearse. What they borrow is this object's.
  virtual kj::Vector<RehearsalJob> rehearsalJobs() { return {}; }

  // In the worker, after lock-down: draw new randomness, and have all ready that needs no job.
  // `sourcePath` is where the job's source will be, as far as is known; it may be empty, and a job
  // may turn out to be elsewhere. Standard descriptors are the job's pipes and must not be written
  // to. Throws when the worker is unfit.
  virtual void park(kj::StringPtr sourcePath) = 0;

  // In a parked worker, any number of times: a job may be on its way. Goes once through what every
  // job goes through, so that the CPU has it in its caches by then. Must leave nothing behind that
  // a job could see, and throws nothing.
  virtual void rouse() noexcept {}

  // Not empty: after lock-down the worker becomes this program (execve), instead of park() and
  // run(). It says when it is ready, and takes the job, as parked_channel.h has it.
  virtual ParkedProgram parkedProgram() { return {}; }

  // Runs the job and returns its exit code (0..255) once all its output is written. May end the
  // process by a signal where the language says so, or by execve for an executed language.
  virtual int run(const JobSpec& job) = 0;

  // Instead of run(), in a context of a session: takes one cell after the other (cells.h) until
  // none will come. `opening` is as a job without a source. Returns the exit code of the process.
  // Throws where the language has no contexts.
  virtual int serveCells(const JobSpec& opening, CellPort& cells) {
    static_cast<void>(opening);
    static_cast<void>(cells);
    KJ_FAIL_REQUIRE("this language has no contexts");
  }
};

// Defined once in each runtime's folder; zygote/main.cc calls it.
kj::Own<Runtime> makeRuntime();

}  // namespace brood
