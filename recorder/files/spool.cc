#include "recorder/files/spool.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "base/durable_file.h"

namespace brood::recorder {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".item";
constexpr size_t kDigits = 20;
constexpr size_t kMaxItemBytes = 1u << 30;

UnixMillis storedAt(const struct stat& facts) {
  return static_cast<UnixMillis>(facts.st_mtim.tv_sec) * 1000 + facts.st_mtim.tv_nsec / 1'000'000;
}

}  // namespace

Spool::Spool(std::string folder, uint64_t maxBytes)
    : folder_(std::move(folder)), maxBytes_(maxBytes) {
  // The mode at once: the recorder may not change one.
  if (::mkdir(folder_.c_str(), 0700) < 0 && errno != EEXIST) {
    throw std::system_error(errno, std::system_category(), folder_ + ": cannot be made");
  }
  takeUp();
}

std::string Spool::pathOf(uint64_t number) const {
  char name[32];
  std::snprintf(name, sizeof(name), "%020llu", static_cast<unsigned long long>(number));
  return folder_ + "/" + name + std::string(kEnding);
}

void Spool::takeUp() {
  for (const auto& entry : fs::directory_iterator(folder_)) {
    const std::string name = entry.path().filename();
    uint64_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    const bool isNumbered = error == std::errc() && end == name.data() + kDigits;
    if (!isNumbered || !entry.is_regular_file()) continue;
    if (name.size() == kDigits + kEnding.size() && name.ends_with(kEnding)) {
      entries_.push_back({number, entry.file_size()});
      bytes_ += entries_.back().bytes;
      nextNumber_ = std::max(nextNumber_, number + 1);
    } else {
      fs::remove(entry.path());  // A put() that was ended before its end.
    }
  }
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& one, const Entry& other) { return one.number < other.number; });
}

bool Spool::put(std::string_view bytes) {
  uint64_t number;
  {
    const std::lock_guard lock(mutex_);
    if (bytes.size() > kMaxItemBytes || bytes_ + bytes.size() > maxBytes_) return false;
    number = nextNumber_++;
  }
  // Outside of the lock: a slow disk does not keep the one who takes from taking.
  std::string problem;
  try {
    replaceDurably(pathOf(number), bytes);
  } catch (const std::system_error& error) {
    problem = error.what();
  }
  const std::lock_guard lock(mutex_);
  problem_ = problem;
  if (!problem.empty()) return false;
  entries_.push_back({number, bytes.size()});
  bytes_ += bytes.size();
  return true;
}

std::vector<Spool::Item> Spool::oldest(uint64_t maxBytes, size_t maxItems) {
  std::vector<Entry> chosen;
  {
    const std::lock_guard lock(mutex_);
    uint64_t total = 0;
    for (const auto& entry : entries_) {
      total += entry.bytes;
      if (chosen.size() == maxItems || (total > maxBytes && !chosen.empty())) break;
      chosen.push_back(entry);
    }
  }
  std::vector<Item> items;
  std::vector<Item> unreadable;
  for (const auto& entry : chosen) {
    auto file = readSmallFile(pathOf(entry.number), kMaxItemBytes);
    if (auto* read = std::get_if<FileText>(&file)) {
      items.push_back({entry.number, std::move(read->text), storedAt(read->facts)});
    } else {
      unreadable.push_back({entry.number, "", 0});
    }
  }
  drop(unreadable);
  return items;
}

void Spool::drop(const std::vector<Item>& items) {
  for (const auto& item : items) {
    ::unlink(pathOf(item.number).c_str());
    const std::lock_guard lock(mutex_);
    const auto entry = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& each) { return each.number == item.number; });
    if (entry == entries_.end()) continue;
    bytes_ -= entry->bytes;
    entries_.erase(entry);
  }
}

size_t Spool::items() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

uint64_t Spool::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

std::string Spool::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

}  // namespace brood::recorder
