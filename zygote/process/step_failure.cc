#include "zygote/process/step_failure.h"

#include <errno.h>
#include <unistd.h>

namespace brood::zygote {

StepFailure StepFailure::readFrom(int reportFd, const char* silent) {
  StepFailure report;
  ssize_t count;
  do {
    count = ::read(reportFd, &report, sizeof(report));
  } while (count < 0 && errno == EINTR);
  if (count != sizeof(report)) return at(silent, ECHILD);
  report.layer[sizeof(report.layer) - 1] = '\0';
  return report;
}

}  // namespace brood::zygote
