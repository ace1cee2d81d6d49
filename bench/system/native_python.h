#pragma once
// The interpreter that the sandboxes use, without a sandbox.

#include "bench/model/measurements.h"

namespace brood::bench {

constexpr char kPython[] = "/usr/bin/python3";

// A new interpreter with `code`: one sample.
void measureNative(LatencySeries& series, const std::string& code);

// `code` again and again in one interpreter that is already there: many samples of what no way to
// start a process can go below.
void measureInProcess(LatencySeries& series, const std::string& code);

}  // namespace brood::bench
