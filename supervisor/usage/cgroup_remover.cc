#include "supervisor/usage/cgroup_remover.h"

#include <kj/exception.h>
#include <pthread.h>
#include <signal.h>
#include <spdlog/spdlog.h>

#include "base/plain_text.h"

namespace brood::supervisor {
namespace {

// Each holds a dozen descriptors.
constexpr size_t kMostWaiting = 64;

void takeApart(kj::Own<UsageMeter> group) noexcept {
  auto failed = kj::runCatchingExceptions([&]() {
    // The group has to go, whatever is wrong with its memory.
    KJ_DEFER(group = nullptr);
    group->giveBackMemory();
  });
  KJ_IF_MAYBE (exception, failed) {
    spdlog::warn("cgroup: {}", plainText(*exception));
  }
}

}  // namespace

CgroupRemover::CgroupRemover() = default;

CgroupRemover::~CgroupRemover() noexcept(false) {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    isEnding_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void CgroupRemover::remove(kj::Own<UsageMeter> group) {
  if (!group->needsRemoval()) return;
  {
    std::unique_lock lock(mutex_);
    if (waiting_.size() >= kMostWaiting) {
      lock.unlock();
      return takeApart(kj::mv(group));
    }
    waiting_.push_back(kj::mv(group));
  }
  changed_.notify_one();
  if (thread_.joinable()) return;
  // Signals are the loop's.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  KJ_DEFER(::pthread_sigmask(SIG_SETMASK, &before, nullptr));
  thread_ = std::thread([this]() { work(); });
}

size_t CgroupRemover::pending() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size() + (isRemoving_ ? 1 : 0);
}

void CgroupRemover::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this]() { return isEnding_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    auto group = kj::mv(waiting_.front());
    waiting_.pop_front();
    isRemoving_ = true;
    lock.unlock();
    takeApart(kj::mv(group));
    lock.lock();
    isRemoving_ = false;
  }
}

}  // namespace brood::supervisor
