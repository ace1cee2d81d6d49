#pragma once
// Sessions over the supervisor's socket: the calls of one client, each waited for.

#include <string>

#include "cli/client/supervisor_client.h"
#include "rpc/calls/sessions.capnp.h"

namespace brood::bench {

class SessionCaller {
 public:
  SessionCaller(UvAsyncIo& io, const std::string& socketPath);

  // The least that a call takes there and back.
  void ask();
  // Opens one of Python. Throws if there is none to be had.
  rpc::Session::Client open();
  // Runs a cell, which must print `expected`. Returns what was wrong; empty: nothing.
  std::string run(rpc::Session::Client& session, const std::string& code,
                  const std::string& expected, const char* language = "");
  // As run(), for a file that is written and read again.
  std::string writeAndRead(rpc::Session::Client& session, const std::string& content);
  void close(rpc::Session::Client& session);

 private:
  UvAsyncIo& io_;
  cli::SupervisorClient client_;
  rpc::Sessions::Client sessions_;
};

}  // namespace brood::bench
