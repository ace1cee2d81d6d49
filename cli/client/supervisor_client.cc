#include "cli/client/supervisor_client.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "base/owned_fd.h"
#include "cli/terminal/cli_error.h"
#include "cli/terminal/exit_codes.h"
#include "config/message_sizes.h"

namespace brood::cli {
namespace {

std::string whyNot(const std::string& path, int errorNumber) {
  switch (errorNumber) {
    case ENOENT:
    case ECONNREFUSED:
      return "no supervisor at " + path + ": start one with `brood serve`";
    case EACCES:
    case EPERM:
      return "not allowed to use " + path +
             ": be who started it, or for jobs a member of supervisor.socket_group";
    default:
      return "cannot connect to " + path + ": " + std::strerror(errorNumber);
  }
}

// By hand rather than through KJ, whose exceptions do not carry errno.
OwnedFd connectTo(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    throw CliError(whyNot(path, ENAMETOOLONG), kBroodFailedExitCode);
  }
  std::memcpy(address.sun_path, path.c_str(), path.size());
  OwnedFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd || ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) < 0) {
    throw CliError(whyNot(path, errno), kBroodFailedExitCode);
  }
  return fd;
}

kj::Own<kj::AsyncIoStream> wrap(UvAsyncIo& io, OwnedFd fd) {
  using Flags = kj::LowLevelAsyncIoProvider::Flags;
  return io.lowLevel().wrapSocketFd(fd.release(), Flags::TAKE_OWNERSHIP | Flags::ALREADY_CLOEXEC);
}

}  // namespace

SupervisorClient::SupervisorClient(UvAsyncIo& io, const std::string& socketPath)
    : stream_(wrap(io, connectTo(socketPath))),
      network_(*stream_, capnp::rpc::twoparty::Side::CLIENT, readerOptions(kMostMessageBytes)),
      system_(capnp::makeRpcClient(network_)),
      bootstrap_(nullptr) {
  capnp::MallocMessageBuilder message(4);
  auto vat = message.initRoot<capnp::rpc::twoparty::VatId>();
  vat.setSide(capnp::rpc::twoparty::Side::SERVER);
  bootstrap_ = system_.bootstrap(vat);
}

}  // namespace brood::cli
