#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "canary/attempts.h"

namespace brood::canary {
namespace {

constexpr uint16_t kProxyPort = 3128;
constexpr time_t kPatienceSeconds = 20;

int connectToProxy() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const timeval patience{kPatienceSeconds, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(kProxyPort);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) return fd;
  const int error = errno;
  ::close(fd);
  errno = error;
  return -1;
}

// "HTTP/1.1 403 Forbidden"; empty if there is none.
std::string statusLine(int fd) {
  std::string line;
  for (char c; ::read(fd, &c, 1) == 1 && c != '\r' && line.size() < 256;) line += c;
  return line;
}

// Whether the proxy opens a tunnel to there.
Finding askFor(const std::string& target) {
  const int fd = connectToProxy();
  if (fd < 0) return stoppedBy(errno);
  const std::string request = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n\r\n";
  const bool isSent =
      ::write(fd, request.data(), request.size()) == static_cast<ssize_t>(request.size());
  const std::string status = isSent ? statusLine(fd) : "";
  ::close(fd);
  return {status.find(" 200 ") != std::string::npos, status.empty() ? "no answer" : status};
}

}  // namespace

int tryEgress(char** begin, char** end) {
  for (char** target = begin; target != end; ++target) {
    const Finding finding = askFor(*target);
    std::printf("%s\t%s\t%s\n", *target, finding.reached ? "reached" : "stopped",
                finding.detail.c_str());
  }
  return std::fflush(stdout) == 0 ? 0 : 1;
}

}  // namespace brood::canary
