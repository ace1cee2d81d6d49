#include "egress/network/dialler.h"

#include <kj/debug.h>

#include <algorithm>

#include "base/owned_fd.h"
#include "base/plain_text.h"

namespace brood::egress {
namespace {

constexpr auto kHeadStart = 250 * kj::MILLISECONDS;
constexpr size_t kMostAttempts = 8;

std::vector<IpAddress> inTurn(const std::vector<IpAddress>& addresses) {
  std::vector<IpAddress> v4, v6, turns;
  for (const auto& address : addresses) (address.isV4() ? v4 : v6).push_back(address);
  for (size_t i = 0; i < std::max(v4.size(), v6.size()); ++i) {
    if (i < v4.size()) turns.push_back(v4[i]);
    if (i < v6.size()) turns.push_back(v6[i]);
  }
  if (turns.size() > kMostAttempts) turns.resize(kMostAttempts, IpAddress::v4(0));
  return turns;
}

}  // namespace

// One target's attempts. Fulfils its promise once, and everything that is under way ends with it.
class Dialler::Race {
 public:
  Race(Dialler& dialler, const ApprovedTarget& target)
      : dialler_(dialler), addresses_(inTurn(target.addresses())), port_(target.port()) {}

  kj::Promise<Dialled> run() {
    auto paf = kj::newPromiseAndFulfiller<Dialled>();
    fulfiller_ = kj::mv(paf.fulfiller);
    startNext();
    return kj::mv(paf.promise);
  }

 private:
  void startNext() {
    if (next_ == addresses_.size()) {
      if (open_ == 0) fulfiller_->fulfill(DialProblem{problem_});
      return;
    }
    const IpAddress address = addresses_[next_++];
    ++open_;
    attempts_.push_back(connect(address)
                            .then(
                                [this](kj::Own<kj::AsyncIoStream> stream) {
                                  fulfiller_->fulfill(Dialled(kj::mv(stream)));
                                },
                                [this](kj::Exception&& exception) {
                                  problem_ = plainText(exception);
                                  --open_;
                                  startNext();
                                })
                            .eagerlyEvaluate(nullptr));
    if (next_ == addresses_.size()) return;
    // An attempt that has failed by then has started the next one itself.
    attempts_.push_back(dialler_.timer_.afterDelay(kHeadStart)
                            .then([this, started = next_] {
                              if (next_ == started) startNext();
                            })
                            .eagerlyEvaluate(nullptr));
  }

  kj::Promise<kj::Own<kj::AsyncIoStream>> connect(const IpAddress& address) {
    return kj::evalNow([&] {
      sockaddr_storage storage;
      const socklen_t size = address.toSocket(port_, storage);
      int fd;
      KJ_SYSCALL(fd = ::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      using Provider = kj::LowLevelAsyncIoProvider;
      return dialler_.io_.wrapConnectingSocketFd(
          fd, reinterpret_cast<const sockaddr*>(&storage), size,
          Provider::TAKE_OWNERSHIP | Provider::ALREADY_CLOEXEC | Provider::ALREADY_NONBLOCK);
    });
  }

  Dialler& dialler_;
  const std::vector<IpAddress> addresses_;
  const uint16_t port_;
  size_t next_ = 0, open_ = 0;
  std::string problem_;
  kj::Own<kj::PromiseFulfiller<Dialled>> fulfiller_;
  // Promises of a vector that grows are moved, which they do not mind.
  std::vector<kj::Promise<void>> attempts_;
};

kj::Promise<Dialled> Dialler::dial(const ApprovedTarget& target, kj::Duration timeout) {
  auto race = kj::heap<Race>(*this, target);
  auto result = race->run();
  return result.attach(kj::mv(race)).exclusiveJoin(timer_.afterDelay(timeout).then([]() -> Dialled {
    return DialProblem{"no answer in time"};
  }));
}

}  // namespace brood::egress
