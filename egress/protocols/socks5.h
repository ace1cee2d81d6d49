#pragma once
// The client's side of SOCKS5 (RFC 1928), without I/O: no authentication, CONNECT only, names only.

#include <cstdint>
#include <string>
#include <string_view>

namespace brood::egress {

// One connection's beginning. An address instead of a name is refused by its type: a program that
// resolves names itself finds no resolver in a sandbox, and one that has an address has it from
// somewhere that nobody has checked.
class SocksReader {
 public:
  enum class State {
    greeting,
    greeted,  // answer() is to be sent; then call goOn().
    request,
    complete,  // host() and port() are what is asked for.
    failed,    // answer() is to be sent, if it is not empty, and the connection closed.
  };

  // `bytes` is everything received and not yet consumed; answers how much of it is consumed now.
  size_t feed(std::string_view bytes);
  void goOn() { state_ = State::request; }

  State state() const { return state_; }
  const std::string& answer() const { return answer_; }
  // Why it failed.
  const std::string& problem() const { return problem_; }
  // As it was sent: any bytes.
  const std::string& host() const { return host_; }
  uint16_t port() const { return port_; }

 private:
  size_t feedGreeting(std::string_view bytes);
  size_t feedRequest(std::string_view bytes);
  size_t fail(std::string answer, std::string problem);

  State state_ = State::greeting;
  std::string answer_, problem_, host_;
  uint16_t port_ = 0;
};

enum class SocksReply : uint8_t {
  succeeded = 0,
  failed = 1,
  notAllowed = 2,
  hostUnreachable = 4,
  commandNotSupported = 7,
  addressTypeNotSupported = 8,
};
std::string socksReply(SocksReply reply);

}  // namespace brood::egress
