#pragma once
// The jobs that a profile's warm-up script expects.

#include <Python.h>

#include <string>
#include <utility>
#include <vector>

namespace brood {

struct WarmUpJobs {
  std::string typical;  // The program `typical_job`; may be empty.
  // `large_jobs`: a word of the job's text, and a program that stands for the jobs that have it.
  std::vector<std::pair<std::string, std::string>> large;
};

// Takes them out of the script's variables (borrowed), in which jobs should not find them. Throws
// when one is not what it must be, with its name.
WarmUpJobs takeWarmUpJobs(PyObject* variables);

}  // namespace brood
