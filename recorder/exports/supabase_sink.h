#pragma once
// Brings rows and files to Supabase, whenever it can be reached, from a thread of its own.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "recorder/exports/back_off.h"
#include "recorder/exports/delivery.h"
#include "recorder/exports/supabase_client.h"
#include "recorder/files/spool.h"

namespace brood::recorder {

struct SupabaseSinkSettings {
  SupabaseSettings supabase{};
  std::string spoolFolder{};
  uint64_t spoolBytes = 256ull << 20;
  std::chrono::milliseconds giveUpAfter = std::chrono::hours(24);
  std::chrono::milliseconds firstPause{1'000};
  std::chrono::milliseconds longestPause{300'000};
  HttpClient::Options http{};
};

// Rows and files are on the disk before add...() returns, and stay there until Supabase has them,
// or does not want them, or they have become too old. Those that are given up, or had no room on
// the disk, are counted. Rows that come twice are one row there.
class SupabaseSink {
 public:
  using Say = std::function<void(const std::string&)>;

  // `say` is called from the sink's thread, once for each new reason for failing. Throws
  // std::system_error where the spool cannot be used.
  SupabaseSink(SupabaseSinkSettings settings, Say say);
  // Leaves what has not been sent to the next one.
  ~SupabaseSink();
  SupabaseSink(const SupabaseSink&) = delete;
  SupabaseSink& operator=(const SupabaseSink&) = delete;

  // `rows` as executionRow() makes them.
  void addRows(const std::vector<std::string>& rows);
  void addFile(const std::string& path, std::string_view bytes);

  uint64_t sent() const { return sent_; }  // Rows and files together, as in givenUp().
  uint64_t givenUp() const { return givenUp_; }
  uint64_t waitingBytes() const { return spool_.bytes(); }
  // Returns once nothing waits, or `time` has passed: false.
  bool waitUntilEmpty(std::chrono::milliseconds time);

 private:
  void run();
  void store(const std::string& item, size_t count);
  // How many of the oldest items go together, and have been dealt with if the result is not
  // `again` or `notOurs`.
  Delivery deliverSome(const std::vector<Spool::Item>& items, size_t& count);
  Delivery deliverRows(const std::vector<Spool::Item>& items);
  Delivery deliverEach(const std::vector<std::string>& rows);
  Delivery deliverFile(const std::string& item);
  bool isTooOld(const Spool::Item& item) const;
  void giveUp(size_t count, const std::string& why);
  void sayOnce(const std::string& text);
  bool pause(std::chrono::milliseconds time);

  const SupabaseSinkSettings settings_;
  const Say say_;
  Spool spool_;
  std::atomic<bool> isStopping_ = false;
  std::atomic<uint64_t> sent_ = 0;
  std::atomic<uint64_t> givenUp_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  HttpReply lastReply_;
  std::string lastSaid_;
  HttpClient http_;
  SupabaseClient client_;
  BackOff backOff_;
  std::thread thread_;
};

}  // namespace brood::recorder
