#pragma once
// Brings the gateway the files that it may not read itself: the key file, the certificate.

#include <kj/async.h>
#include <spdlog/logger.h>

#include <array>
#include <list>
#include <optional>
#include <string>

#include "gateway/access/key_store.h"
#include "rpc/calls/recorder.capnp.h"

namespace brood::recorder {

// Keeps the last text that was a key file, and sends it to each reader: at once, and again after
// each change. A file that is none, or that others may read, changes nothing and is told in the
// log.
class KeyFeed final : private kj::TaskSet::ErrorHandler {
 public:
  struct Paths {
    std::string keys = {};  // Empty: there are none to be sent.
    std::string certificate = {};
    std::string privateKey = {};
    std::string clientAuthorities = {};
  };

  // The logger is borrowed.
  KeyFeed(const Paths& paths, spdlog::logger& logger);
  KJ_DISALLOW_COPY(KeyFeed);

  // Looks at the files. Call now and then.
  void look();
  void add(rpc::KeyReader::Client reader);

 private:
  using Readers = std::list<rpc::KeyReader::Client>;

  void lookAtKeys();
  void lookAtCertificate();
  std::array<FileIdentity, 3> pemFiles() const;
  void send(Readers::iterator reader);
  void taskFailed(kj::Exception&& exception) override;

  const Paths paths_;
  spdlog::logger& logger_;
  std::optional<gateway::KeyFileWatch> watch_;
  std::optional<std::string> text_;
  // The three files of Paths besides the keys, as they were at the last look.
  std::array<FileIdentity, 3> pemFiles_;
  Readers readers_;
  kj::TaskSet sending_;
};

}  // namespace brood::recorder
