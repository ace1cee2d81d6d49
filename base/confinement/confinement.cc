#include "base/confinement/confinement.h"

#include <execinfo.h>
#include <time.h>

namespace brood {

void Confinement::note(const std::string& layer, const std::optional<std::string>& why) {
  if (why) {
    missing.push_back(layer + ": " + *why);
  } else {
    layers.push_back(layer);
  }
}

void loadWhatComesLater() {
  ::tzset();
  void* frame[1];
  ::backtrace(frame, 1);
}

}  // namespace brood
