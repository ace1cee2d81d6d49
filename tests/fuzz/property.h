#pragma once
// Helpers of every fuzzer: a property that aborts, and the ways of cutting an input into pieces.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace brood::fuzz {

inline void require(bool holds, const char* property, const std::string& detail = {}) {
  if (holds) return;
  std::fprintf(stderr, "property does not hold: %s\n%s\n", property, detail.c_str());
  std::abort();
}

inline std::string_view textOf(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Where pieces end, in ascending order, `size` last.
using Cuts = std::vector<size_t>;

// Byte by byte, and a few others that depend on nothing but the content: the same input is always
// cut alike, and seeds stay readable because no byte of them says where to cut.
inline std::vector<Cuts> waysToCut(std::string_view bytes) {
  std::vector<Cuts> ways(1);
  for (size_t i = 1; i <= bytes.size(); ++i) ways[0].push_back(i);
  uint64_t state = 0xcbf29ce484222325;
  for (const char c : bytes) state = (state ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  for (const size_t longest : {3, 17, 64}) {
    Cuts cuts;
    for (size_t end = 0; end < bytes.size();) {
      state = state * 6364136223846793005 + 1442695040888963407;
      end = std::min(bytes.size(), end + 1 + (state >> 33) % longest);
      cuts.push_back(end);
    }
    ways.push_back(std::move(cuts));
  }
  return ways;
}

}  // namespace brood::fuzz
