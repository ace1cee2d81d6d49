#pragma once
// The protections that a process has put around itself, by name.

#include <optional>
#include <string>
#include <vector>

namespace brood {

// A sanitizer makes calls of its own, and reads /proc: neither Landlock nor seccomp then.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kIsSanitized = true;
#else
inline constexpr bool kIsSanitized = false;
#endif

// Missing layers as "name: reason".
struct Confinement {
  std::vector<std::string> layers;
  std::vector<std::string> missing;

  // `why` is why the layer is missing, or nothing if it is there.
  void note(const std::string& layer, const std::optional<std::string>& why);
};

// Loads what is loaded, or read, at its first use, and would look for files when there are none.
void loadWhatComesLater();

}  // namespace brood
