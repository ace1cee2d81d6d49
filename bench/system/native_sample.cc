#include "bench/system/native_sample.h"

#include <filesystem>
#include <fstream>

#include "bench/floors/native_program.h"
#include "supervisor/languages/manifest_folders.h"

namespace brood::bench {
namespace {

constexpr std::string_view kRuntimes = "{runtimes}";

}  // namespace

std::vector<supervisor::RuntimeManifest> installedManifests(const SupervisorConfig& supervisor) {
  auto shipped = supervisor.runtimesDir;
  if (shipped.empty()) {
    auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    shipped = (here.parent_path() / "share/brood/runtimes").string();
  }
  return supervisor::loadManifests(shipped, supervisor.extraRuntimesDirs).usable;
}

NativeSample::NativeSample(const supervisor::RuntimeManifest& manifest, const std::string& folder)
    : manifest_(manifest), folder_(folder), runCommand_(filledIn(manifest.runCommand)) {
  std::ofstream(folder_ + "/" + manifest.sourceFile) << manifest.sample->code;
  if (manifest.isCompiled()) compile();
}

std::vector<std::string> NativeSample::filledIn(const std::vector<std::string>& command) const {
  std::vector<std::string> words = command;
  const auto runtimes = std::filesystem::path(manifest_.folder).parent_path().string();
  for (auto& word : words) {
    if (word == "{source}") word = folder_ + "/" + manifest_.sourceFile;
    if (word == "{artifact}") word = folder_ + "/" + manifest_.artifact;
    if (word.starts_with(kRuntimes)) word.replace(0, kRuntimes.size(), runtimes);
  }
  return words;
}

void NativeSample::compile() const {
  std::vector<std::string> command{"/usr/bin/env", "-C", folder_};
  for (const auto& [name, value] : manifest_.environment) command.push_back(name + "=" + value);
  for (auto& word : filledIn(manifest_.compileCommand)) command.push_back(std::move(word));
  // measure() will report a program that could not be made here.
  runNative(command);
}

void NativeSample::measure(LatencySeries& series) const {
  NativeRun run = runNative(runCommand_);
  if (run.waitStatus == 0 && run.output == manifest_.sample->stdout) {
    series.nanos.push_back(run.nanos);
  } else if (series.failures++ == 0) {
    series.firstProblem = "wait status " + std::to_string(run.waitStatus) + ", output '" +
                          run.output.substr(0, 80) + "'";
  }
}

}  // namespace brood::bench
