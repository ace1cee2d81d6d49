#include "bench/clients/session_caller.h"

#include <kj/debug.h>

namespace brood::bench {
namespace {

capnp::Data::Reader asBytes(const std::string& text) {
  return {reinterpret_cast<const kj::byte*>(text.data()), text.size()};
}

}  // namespace

SessionCaller::SessionCaller(UvAsyncIo& io, const std::string& socketPath)
    : io_(io),
      client_(io, socketPath),
      sessions_(client_.supervisor()
                    .sessionsRequest()
                    .send()
                    .wait(io.waitScope())
                    .getSessions()
                    .castAs<rpc::Sessions>()) {}

void SessionCaller::ask() { client_.supervisor().sessionsRequest().send().wait(io_.waitScope()); }

rpc::Session::Client SessionCaller::open() {
  auto request = sessions_.openRequest();
  request.initSpec().setLanguage("python");
  auto response = request.send().wait(io_.waitScope());
  auto outcome = response.getOutcome();
  KJ_REQUIRE(outcome.isOpened(), "no session", outcome.getRejected().getMessage());
  return outcome.getOpened().getSession();
}

std::string SessionCaller::run(rpc::Session::Client& session, const std::string& code,
                               const std::string& expected, const char* language) {
  auto request = session.executeRequest();
  auto cell = request.initCell();
  cell.setCode(asBytes(code));
  cell.setLanguage(language);
  auto response = request.send().wait(io_.waitScope());
  auto outcome = response.getOutcome();
  if (outcome.isRejected()) return std::string(outcome.getRejected().getCode().cStr());
  const auto out = outcome.getResult().getJob().getStdout().asChars();
  const std::string printed(out.begin(), out.end());
  return printed == expected ? "" : "printed '" + printed + "' instead of '" + expected + "'";
}

std::string SessionCaller::writeAndRead(rpc::Session::Client& session, const std::string& content) {
  auto write = session.writeFileRequest();
  write.setPath("bench.bin");
  write.setContent(asBytes(content));
  if (write.send().wait(io_.waitScope()).getOutcome().isRejected()) return "not written";
  auto read = session.readFileRequest();
  read.setPath("bench.bin");
  auto response = read.send().wait(io_.waitScope());
  auto outcome = response.getOutcome();
  const bool isSame = outcome.isContent() && outcome.getContent().size() == content.size();
  return isSame ? "" : "not read";
}

void SessionCaller::close(rpc::Session::Client& session) {
  session.closeRequest().send().wait(io_.waitScope());
}

}  // namespace brood::bench
