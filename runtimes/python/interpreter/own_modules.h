#pragma once
// A job's own modules hide preloaded ones of their name, as they hide the library's in `python3`.

#include "runtimes/python/interpreter/py_ref.h"

#include <string>
#include <vector>

namespace brood {

// Those that Python has loaded before it looks at any path of a script's, so that no file of a
// job's can be in their place: `python3` has them by then as well.
class ModulesOfStart {
 public:
  ModulesOfStart() = default;
  // When the interpreter has started and nothing else has been imported.
  static ModulesOfStart take();
  bool has(PyObject* name) const;

 private:
  PyRef names_;
};

// The names that an import finds in a folder: "a" for a.py, a.so and a/__init__.py. None if it
// cannot be read.
std::vector<std::string> importableNames(const std::string& folder);

// Takes loaded modules of which this folder has others, and what is below those, out of
// sys.modules, so that an import looks for them. True if there were any. They stay alive: others
// have taken from them.
bool hideLoaded(const std::string& folder, const ModulesOfStart& start);

}  // namespace brood
