#include "runtimes/python/interpreter/own_modules.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string_view>

namespace brood {
namespace {

// importlib.machinery.all_suffixes(), and any tag between the name and ".so".
bool isModuleFile(const std::string& name) {
  return name.ends_with(".py") || name.ends_with(".pyc") || name.ends_with(".so");
}

// A folder without one hides nothing: a regular module or package further on wins (PEP 420).
bool isPackage(const std::string& folder) {
  for (const char* ending : {"py", "pyc"}) {
    if (access((folder + "/__init__." + ending).c_str(), F_OK) == 0) return true;
  }
  return false;
}

// A built-in or frozen module is found before any path is looked at.
bool isFoundFirst(PyObject* name) {
  PyObject* builtins = PySys_GetObject("builtin_module_names");
  if (builtins != nullptr && PySequence_Contains(builtins, name) == 1) return true;
  PyRef imp = mustOwn(PyImport_ImportModule("_imp"), "_imp");
  PyRef frozen = mustOwn(PyObject_CallMethod(imp.get(), "is_frozen", "O", name), "is_frozen");
  return PyObject_IsTrue(frozen.get()) == 1;
}

bool isSubmodule(PyObject* name, const std::string& prefix) {
  Py_ssize_t size = 0;
  const char* text = PyUnicode_Check(name) ? PyUnicode_AsUTF8AndSize(name, &size) : nullptr;
  if (text == nullptr) PyErr_Clear();
  return text != nullptr && std::string_view(text, static_cast<size_t>(size)).starts_with(prefix);
}

// The folder is where it has been loaded from, and a second time could not be.
bool isFrom(PyObject* module, const std::string& folder) {
  PyRef file = PyRef::own(PyObject_GetAttrString(module, "__file__"));
  const char* path = file && PyUnicode_Check(file.get()) ? PyUnicode_AsUTF8(file.get()) : nullptr;
  PyErr_Clear();
  return path != nullptr && std::string_view(path).starts_with(folder + "/");
}

void hideOne(PyObject* name, const std::string& text) {
  PyObject* modules = PyImport_GetModuleDict();
  std::vector<PyRef> hidden;
  hidden.push_back(PyRef::share(name));
  PyObject *each, *module;
  for (Py_ssize_t position = 0; PyDict_Next(modules, &position, &each, &module);) {
    if (isSubmodule(each, text + ".")) hidden.push_back(PyRef::share(each));
  }
  for (const auto& one : hidden) {
    static_cast<void>(Py_XNewRef(PyDict_GetItem(modules, one.get())));
    mustSucceed(PyDict_DelItem(modules, one.get()), "hide a module");
  }
}

}  // namespace

ModulesOfStart ModulesOfStart::take() {
  ModulesOfStart start;
  start.names_ = mustOwn(PyFrozenSet_New(PyImport_GetModuleDict()), "the names of modules");
  return start;
}

bool ModulesOfStart::has(PyObject* name) const { return PySet_Contains(names_.get(), name) == 1; }

std::vector<std::string> importableNames(const std::string& folder) {
  std::vector<std::string> names;
  std::unique_ptr<DIR, int (*)(DIR*)> entries(opendir(folder.c_str()), closedir);
  if (entries == nullptr) return names;
  while (const dirent* entry = readdir(entries.get())) {
    const std::string file = entry->d_name;
    if (file.starts_with('.')) continue;
    const bool isModule = isModuleFile(file) ||
                          (file.find('.') == std::string::npos && isPackage(folder + "/" + file));
    if (isModule) names.push_back(file.substr(0, file.find('.')));
  }
  return names;
}

bool hideLoaded(const std::string& folder, const ModulesOfStart& start) {
  bool any = false;
  for (const auto& text : importableNames(folder)) {
    PyRef name = decodeText(text.c_str());
    PyObject* loaded = PyDict_GetItem(PyImport_GetModuleDict(), name.get());
    if (loaded == nullptr || start.has(name.get()) || isFoundFirst(name.get())) continue;
    if (isFrom(loaded, folder)) continue;
    hideOne(name.get(), text);
    any = true;
  }
  return any;
}

}  // namespace brood
