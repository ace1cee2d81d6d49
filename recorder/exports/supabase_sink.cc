#include "recorder/exports/supabase_sink.h"

#include "recorder/exports/plain_reply.h"
#include "recorder/exports/spool_item.h"

namespace brood::recorder {
namespace {

// Together in one request.
constexpr uint64_t kMaxRequestBytes = 1u << 20;
constexpr size_t kMaxRequestItems = 256;
// How long a pause lasts when there is no need for one: until there is something to send.
constexpr std::chrono::milliseconds kNoEnd = std::chrono::hours(24);

// The number of rows or files that an item stands for.
size_t thingsIn(const Spool::Item& item) {
  const auto rows = rowsOf(item.bytes);
  return rows ? rows->size() : 1;
}

}  // namespace

SupabaseSink::SupabaseSink(SupabaseSinkSettings settings, Say say)
    : settings_(std::move(settings)),
      say_(std::move(say)),
      spool_(settings_.spoolFolder, settings_.spoolBytes),
      http_(settings_.http, isStopping_),
      client_(settings_.supabase, http_),
      backOff_(settings_.firstPause, settings_.longestPause),
      thread_([this] { run(); }) {}

SupabaseSink::~SupabaseSink() {
  {
    const std::lock_guard lock(mutex_);
    isStopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void SupabaseSink::addRows(const std::vector<std::string>& rows) {
  if (!rows.empty()) store(rowsItem(rows), rows.size());
}

void SupabaseSink::addFile(const std::string& path, std::string_view bytes) {
  store(fileItem(path, bytes), 1);
}

void SupabaseSink::store(const std::string& item, size_t count) {
  const bool isStored = spool_.put(item);
  if (!isStored) givenUp_ += count;
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

bool SupabaseSink::waitUntilEmpty(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, time, [this] { return spool_.items() == 0; });
}

// False once it is time to stop.
bool SupabaseSink::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [this] { return isStopping_.load(); });
  return !isStopping_;
}

void SupabaseSink::run() {
  while (!isStopping_) {
    const auto items = spool_.oldest(kMaxRequestBytes, kMaxRequestItems);
    if (items.empty()) {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kNoEnd, [this] { return isStopping_ || spool_.items() > 0; });
      continue;
    }
    size_t count = 0;
    const Delivery delivery = deliverSome(items, count);
    if (isStopping_) return;
    if (delivery == Delivery::again || delivery == Delivery::notOurs) {
      sayOnce(plainReply(lastReply_, settings_.supabase.key));
      const auto atLeast =
          delivery == Delivery::notOurs ? settings_.longestPause : lastReply_.retryAfter;
      pause(backOff_.afterFailure(atLeast));
      continue;
    }
    if (delivery == Delivery::done) backOff_.afterSuccess();
    spool_.drop({items.begin(), items.begin() + static_cast<std::ptrdiff_t>(count)});
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }
}

bool SupabaseSink::isTooOld(const Spool::Item& item) const {
  return wallClockMillis() - item.storedAt > settings_.giveUpAfter.count();
}

Delivery SupabaseSink::deliverSome(const std::vector<Spool::Item>& items, size_t& count) {
  count = 1;
  const Spool::Item& first = items.front();
  if (isTooOld(first)) {
    giveUp(thingsIn(first), "what could not be sent has become too old");
    return Delivery::bad;
  }
  if (!rowsOf(first.bytes)) return deliverFile(first.bytes);
  while (count < items.size() && rowsOf(items[count].bytes)) ++count;
  return deliverRows({items.begin(), items.begin() + static_cast<std::ptrdiff_t>(count)});
}

Delivery SupabaseSink::deliverRows(const std::vector<Spool::Item>& items) {
  std::vector<std::string> rows;
  for (const auto& item : items) {
    auto some = rowsOf(item.bytes);
    for (auto& row : *some) rows.push_back(std::move(row));
  }
  if (rows.empty()) return Delivery::done;
  lastReply_ = client_.postRows(rows);
  const Delivery delivery = deliveryOf(lastReply_);
  if (delivery == Delivery::done) {
    sent_ += rows.size();
    lastSaid_.clear();
  }
  // One that is not wanted must not take the others with it.
  return delivery == Delivery::bad ? deliverEach(rows) : delivery;
}

Delivery SupabaseSink::deliverEach(const std::vector<std::string>& rows) {
  for (const auto& row : rows) {
    lastReply_ = client_.postRows({row});
    const Delivery delivery = deliveryOf(lastReply_);
    // Those before it come once more as well, which changes nothing there.
    if (delivery == Delivery::again || delivery == Delivery::notOurs) return delivery;
    if (delivery == Delivery::done) ++sent_;
    if (delivery == Delivery::bad) giveUp(1, plainReply(lastReply_, settings_.supabase.key));
  }
  return Delivery::done;
}

Delivery SupabaseSink::deliverFile(const std::string& item) {
  const auto file = fileOf(item);
  if (!file) {
    giveUp(1, "the spool has something that nobody of ours has written");
    return Delivery::bad;
  }
  lastReply_ = client_.postFile(file->path, file->bytes);
  const Delivery delivery = deliveryOf(lastReply_);
  if (delivery == Delivery::done) ++sent_;
  if (delivery == Delivery::bad) giveUp(1, plainReply(lastReply_, settings_.supabase.key));
  return delivery;
}

void SupabaseSink::giveUp(size_t count, const std::string& why) {
  givenUp_ += count;
  sayOnce("given up: " + why);
}

void SupabaseSink::sayOnce(const std::string& text) {
  if (text == lastSaid_) return;
  lastSaid_ = text;
  say_("supabase: " + text);
}

}  // namespace brood::recorder
