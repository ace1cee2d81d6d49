#pragma once
// The audit log on the disk: whole lines, appended, or the truth about those that are missing.

#include <cstdint>
#include <string>
#include <vector>

#include "base/owned_fd.h"
#include "rpc/records/audit_event.h"

namespace brood::recorder {

enum class AuditSync {
  never,     // The kernel writes when it likes; a crash of the host loses what it had not.
  interval,  // sync() is called each second.
  always,    // Nothing is acknowledged that is not on the disk.
};

enum class AuditOnFailure {
  refuse,  // Nothing is acknowledged that could not be written: its writer keeps it and takes no
           // work.
  count,   // It is lost, and the next line that can be written says how many were.
};

struct AuditSettings {
  std::string path;
  AuditSync sync = AuditSync::interval;
  AuditOnFailure onFailure = AuditOnFailure::refuse;
};

class AuditLog {
 public:
  // Opens the file, making it with mode 0600 if need be. Throws std::system_error if it cannot be.
  explicit AuditLog(AuditSettings settings);

  // False: none of these is in the file, and they are to come again. True: all are, or they have
  // been counted as lost. A line that is half written is taken back, so that the file has whole
  // lines only.
  bool append(const std::vector<AuditEvent>& events);

  // Brings what has been written to the disk, if that is to be done now and then.
  void sync();

  // Goes on in a new file of the old name, after a rotation has renamed the old file.
  // Stays with the old one if there cannot be a new one, and returns why.
  std::string reopen();

  // The highest number of a line of this writer's, as far as the end of the file tells (1 MiB):
  // what of its lines need not come again after we have been started anew. 0: none.
  uint64_t lastNumberOf(const std::string& writer) const;

  uint64_t linesWritten() const { return linesWritten_; }
  uint64_t linesLost() const { return linesLost_; }
  // Why the last writing failed; empty if it did not.
  const std::string& problem() const { return problem_; }

 private:
  bool write(const std::string& text);
  bool fail(const char* what);
  std::string textOf(const std::vector<AuditEvent>& events) const;

  AuditSettings settings_;
  OwnedFd file_;
  bool isTorn_ = false;  // The file ends with a part of a line that could not be taken back.
  bool isUnsynced_ = false;
  uint64_t linesWritten_ = 0;
  uint64_t linesLost_ = 0;
  uint64_t lossToTell_ = 0;
  std::string problem_;
};

}  // namespace brood::recorder
