#include "runtimes/python/interpreter/search_path.h"

#include "runtimes/python/interpreter/py_ref.h"

#include <kj/debug.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace brood {

std::vector<std::string> searchPathEntries(const std::string& variable, const std::string& folder) {
  std::vector<std::string> entries;
  // One more, for getline() sees none behind the last separator.
  std::istringstream rest(variable + ":");
  for (std::string entry; std::getline(rest, entry, ':');) {
    std::string path = (std::filesystem::path(folder) / entry).lexically_normal().string();
    if (path.size() > 1 && path.ends_with('/')) path.pop_back();
    if (std::find(entries.begin(), entries.end(), path) == entries.end()) {
      entries.push_back(std::move(path));
    }
  }
  return entries;
}

void addToSearchPath(const std::vector<std::string>& entries) {
  PyObject* path = PySys_GetObject("path");
  KJ_REQUIRE(path != nullptr && PyList_Check(path));
  Py_ssize_t place = 1;
  for (const auto& entry : entries) {
    PyRef text = decodeText(entry.c_str());
    // The first is the script's folder, of which `python3` knows only later.
    for (Py_ssize_t i = place; i < PyList_GET_SIZE(path); ++i) {
      if (PyObject_RichCompareBool(PyList_GET_ITEM(path, i), text.get(), Py_EQ) != 1) continue;
      mustSucceed(PyList_SetSlice(path, i, i + 1, nullptr), "sys.path");
      break;
    }
    mustSucceed(PyList_Insert(path, place++, text.get()), "sys.path");
  }
}

}  // namespace brood
