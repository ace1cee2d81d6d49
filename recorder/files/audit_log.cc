#include "recorder/files/audit_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>

#include "recorder/files/audit_line.h"

namespace brood::recorder {
namespace {

constexpr size_t kTailBytes = 1u << 20;

OwnedFd openLog(const std::string& path) {
  // Reading as well: whether it ends with a whole line.
  const int flags = O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW;
  return OwnedFd(::open(path.c_str(), flags, 0600));
}

off_t sizeOf(int fd) {
  struct stat facts;
  return ::fstat(fd, &facts) < 0 ? -1 : facts.st_size;
}

// The last writer may have been ended in the middle of a line.
bool endsWithPart(int fd) {
  const off_t size = sizeOf(fd);
  char last = '\n';
  return size > 0 && ::pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

}  // namespace

AuditLog::AuditLog(AuditSettings settings)
    : settings_(std::move(settings)), file_(openLog(settings_.path)) {
  if (!file_) {
    throw std::system_error(errno, std::system_category(), settings_.path + ": cannot open");
  }
  isTorn_ = endsWithPart(file_.get());
}

std::string AuditLog::textOf(const std::vector<AuditEvent>& events) const {
  std::string text = isTorn_ ? "\n" : "";
  if (lossToTell_ > 0) {
    AuditEvent loss;
    loss.writer = "recorder";
    loss.time = wallClockMillis();
    loss.kind = "lost";
    loss.lost = lossToTell_;
    loss.detail = problem_;
    text += auditLine(loss);
  }
  for (const auto& event : events) text += auditLine(event);
  return text;
}

bool AuditLog::append(const std::vector<AuditEvent>& events) {
  if (events.empty()) return true;
  if (write(textOf(events))) {
    linesWritten_ += events.size();
    lossToTell_ = 0;
    problem_.clear();
    return true;
  }
  if (settings_.onFailure == AuditOnFailure::refuse) return false;
  linesLost_ += events.size();
  lossToTell_ += events.size();
  return true;
}

bool AuditLog::fail(const char* what) {
  problem_ = settings_.path + ": " + what + ": " + std::strerror(errno);
  return false;
}

bool AuditLog::write(const std::string& text) {
  const off_t before = sizeOf(file_.get());
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = ::write(file_.get(), text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      fail("cannot write");
      if (done > 0) isTorn_ = before < 0 || ::ftruncate(file_.get(), before) < 0;
      return false;
    }
    done += static_cast<size_t>(count);
  }
  isTorn_ = false;
  isUnsynced_ = true;
  if (settings_.sync != AuditSync::always) return true;
  if (::fdatasync(file_.get()) == 0) {
    isUnsynced_ = false;
    return true;
  }
  fail("cannot bring to the disk");
  // It would be there twice, should it come again; its number says so if it cannot be taken back.
  if (before < 0 || ::ftruncate(file_.get(), before) < 0) problem_ += "; its lines may come twice";
  return false;
}

void AuditLog::sync() {
  if (settings_.sync != AuditSync::interval || !isUnsynced_) return;
  if (::fdatasync(file_.get()) == 0) {
    isUnsynced_ = false;
  } else {
    fail("cannot bring to the disk");
  }
}

std::string AuditLog::reopen() {
  OwnedFd fresh = openLog(settings_.path);
  if (!fresh) return settings_.path + ": cannot open: " + std::strerror(errno);
  // The old file is complete before it is looked at.
  sync();
  file_ = std::move(fresh);
  isTorn_ = endsWithPart(file_.get());
  return "";
}

uint64_t AuditLog::lastNumberOf(const std::string& writer) const {
  std::string tail(kTailBytes, '\0');
  const off_t start = std::max<off_t>(0, sizeOf(file_.get()) - static_cast<off_t>(tail.size()));
  const ssize_t count = ::pread(file_.get(), tail.data(), tail.size(), start);
  if (count <= 0) return 0;
  tail.resize(static_cast<size_t>(count));
  std::istringstream lines(tail);
  uint64_t last = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto parsed = nlohmann::json::parse(line, nullptr, false);
    if (!parsed.is_object() || parsed.value("writer", nlohmann::json()) != writer) continue;
    const auto number = parsed.value("number", nlohmann::json());
    if (number.is_number_unsigned()) last = std::max(last, number.get<uint64_t>());
  }
  return last;
}

}  // namespace brood::recorder
