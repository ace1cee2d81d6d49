#pragma once
// The files of a session: read, written, listed, moved, removed. A path means what it means in the
// session; one that does not begin with a slash begins at its working directory.

#include "gateway/http/router.h"
#include "gateway/sessions/session_calls.h"

namespace brood::gateway {

class FileCalls {
 public:
  // Borrowed.
  explicit FileCalls(SessionCalls& calls) : calls_(calls) {}

  void addRoutes(Router& router);

 private:
  using HandlerMember = kj::Promise<void> (FileCalls::*)(HttpRequest&, ResponseWriter&);

  kj::Promise<void> get(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> put(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> remove(HttpRequest& request, ResponseWriter& writer);
  // Moves a file, or makes a folder.
  kj::Promise<void> post(HttpRequest& request, ResponseWriter& writer);
  kj::Promise<void> upload(HttpRequest& request, ResponseWriter& writer);
  void note(const HttpRequest& request, const char* verdict, std::string path);

  SessionCalls& calls_;
};

}  // namespace brood::gateway
