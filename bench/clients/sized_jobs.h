#pragma once
// Jobs of which one part is large: what goes in, or what comes out.

#include <string>
#include <vector>

#include "bench/clients/job.h"

namespace brood::bench {

enum class SizedPart { code, stdinText, file, output };

// "code", "stdin", "file", "stdout"
const char* nameOf(SizedPart part);

// A Python program that has so many bytes of that part, counts them where it can, and prints
// `nonce`, so that the answer is its own.
JobText sizedJob(SizedPart part, size_t bytes, const std::string& nonce);

}  // namespace brood::bench
