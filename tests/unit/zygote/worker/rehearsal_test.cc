#include "zygote/worker/rehearsal.h"

#include <gtest/gtest.h>
#include <kj/exception.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tests/unit/zygote/forked_child.h"

namespace brood::zygote {
namespace {

// A runtime whose job is a function: it runs in the scout, never in the test itself.
class FunctionRuntime final : public Runtime {
 public:
  explicit FunctionRuntime(std::function<int(const JobSpec&)> job) : job_(std::move(job)) {}

  WarmUpReport warmUp(const WarmUpOptions&) override { return {}; }
  void beforeFork() override { ++forksAnnounced; }
  void afterForkInParent() override { ++forksReturned; }
  void afterFork() override { afterForkSeen_ = true; }
  kj::Vector<RehearsalJob> rehearsalJobs() override {
    kj::Vector<RehearsalJob> jobs;
    for (const auto source : sources) jobs.add(RehearsalJob{.source = source, .exitCode = 7});
    for (const auto source : large) {
      jobs.add(RehearsalJob{.source = source, .exitCode = 7, .word = "word"_kj});
    }
    return jobs;
  }
  void park(kj::StringPtr) override { parkSeen_ = afterForkSeen_; }
  int run(const JobSpec& job) override { return parkSeen_ ? job_(job) : 1; }

  std::vector<kj::StringPtr> sources = {"the job"}, large;
  int forksAnnounced = 0;
  int forksReturned = 0;

 private:
  std::function<int(const JobSpec&)> job_;
  bool afterForkSeen_ = false;
  bool parkSeen_ = false;
};

TEST(RehearsalTest, LearnsWhatEachJobWrites) {
  const size_t page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  auto* memory = static_cast<char*>(
      ::mmap(nullptr, 8 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  ::madvise(memory, 8 * page, MADV_NOHUGEPAGE);
  std::fill_n(memory, 8 * page, 'x');
  FunctionRuntime runtime([&](const JobSpec& job) {
    memory[(job.source.size() == kj::StringPtr("the job").size() ? 3 : 6) * page] = 'y';
    return 7;
  });
  runtime.sources.push_back("another job");
  TouchPlan plan = rehearse(runtime).parking;
  auto planned = [&](size_t index) {
    auto at = reinterpret_cast<uintptr_t>(memory + index * page);
    return std::any_of(plan.writes.begin(), plan.writes.end(),
                       [at](PageRange range) { return range.begin <= at && at < range.end; });
  };
  EXPECT_TRUE(planned(3));
  EXPECT_FALSE(planned(2));
  EXPECT_FALSE(planned(4));
  EXPECT_TRUE(planned(6));
  EXPECT_EQ(runtime.forksAnnounced, 2);
  EXPECT_EQ(memory[3 * page], 'x') << "the job ran here";
  EXPECT_EQ(inForkedChild([&] {
              plan.apply();
              auto own = reinterpret_cast<uintptr_t>(memory + 3 * page);
              auto found = ownPages({{own, own + page}});
              return found.size() == 1 ? 0 : 1;
            }),
            0);
  ::munmap(memory, 8 * page);
}

TEST(RehearsalTest, LargeJobsHaveAPlanOfTheirOwn) {
  const size_t page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  constexpr size_t kPages = 64, kShared = 1, kFirstLarge = 8, kLargePages = 48;
  auto* memory = static_cast<char*>(
      ::mmap(nullptr, kPages * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  ::madvise(memory, kPages * page, MADV_NOHUGEPAGE);
  std::fill_n(memory, kPages * page, 'x');
  FunctionRuntime runtime([&](const JobSpec& job) {
    memory[kShared * page] = 'y';
    if (job.source.size() == kj::StringPtr("the job").size()) return 7;
    for (size_t i = 0; i < kLargePages; ++i) memory[(kFirstLarge + i) * page] = 'y';
    return 7;
  });
  runtime.large = {"a large job"};
  const Rehearsal rehearsal = rehearse(runtime);
  EXPECT_EQ(rehearsal.largeJobWords, std::vector<std::string>{"word"});
  const auto at = [&](size_t index) { return reinterpret_cast<uintptr_t>(memory + index * page); };
  const auto pagesOf = [&](const TouchPlan& plan, size_t begin, size_t end) {
    size_t count = 0;
    for (size_t i = begin; i < end; ++i) {
      count += std::any_of(plan.writes.begin(), plan.writes.end(), [&](PageRange range) {
        return range.begin <= at(i) && at(i) < range.end;
      });
    }
    return count;
  };
  EXPECT_EQ(pagesOf(rehearsal.parking, 0, kPages), 1u);
  EXPECT_EQ(pagesOf(rehearsal.priming, kFirstLarge, kFirstLarge + kLargePages), kLargePages);
  EXPECT_EQ(pagesOf(rehearsal.priming, kShared, kShared + 1), 0u);

  const auto taken = [&](int pieces) {
    return inForkedChild([&] {
      rehearsal.priming.applyUntil([&pieces] { return pieces-- == 0; });
      size_t count = 0;
      for (const PageRange& range : ownPages({{at(kFirstLarge), at(kFirstLarge + kLargePages)}})) {
        count += (range.end - range.begin) / page;
      }
      return static_cast<int>(count);
    });
  };
  EXPECT_EQ(taken(0), 0) << "something is wanted";
  EXPECT_EQ(taken(-1), static_cast<int>(kLargePages));
  ::munmap(memory, kPages * page);
}

TEST(RehearsalTest, GivesTheJobAFolderThatDoesNotOutliveIt) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  FunctionRuntime runtime([&](const JobSpec& job) {
    std::string folder = std::filesystem::path(job.sourcePath.cStr()).parent_path();
    bool sound = std::filesystem::is_directory(folder) &&
                 std::string(job.source.asChars().begin(), job.source.size()) == "the job";
    [[maybe_unused]] ssize_t written = ::write(ends[1], folder.data(), folder.size());
    return sound ? 7 : 1;
  });
  rehearse(runtime);
  char folder[256] = {};
  ASSERT_GT(::read(ends[0], folder, sizeof(folder) - 1), 0);
  EXPECT_FALSE(std::filesystem::exists(folder));
  EXPECT_EQ(runtime.forksAnnounced, 1);
  EXPECT_EQ(runtime.forksReturned, 1);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(RehearsalTest, RefusesAnInterpreterWhoseForkIsUnfit) {
  FunctionRuntime wrongAnswer([](const JobSpec&) { return 0; });
  EXPECT_THROW(rehearse(wrongAnswer), kj::Exception);
  FunctionRuntime throws([](const JobSpec&) -> int { throw std::runtime_error("unfit"); });
  EXPECT_THROW(rehearse(throws), kj::Exception);
  FunctionRuntime dies([](const JobSpec&) -> int { return ::raise(SIGKILL); });
  EXPECT_THROW(rehearse(dies), kj::Exception);
}

TEST(RehearsalTest, NothingToRehearseIsNoPlan) {
  FunctionRuntime runtime([](const JobSpec&) { return 7; });
  runtime.sources.clear();
  EXPECT_TRUE(rehearse(runtime).parking.isEmpty());
  EXPECT_EQ(runtime.forksAnnounced, 0);
}

}  // namespace
}  // namespace brood::zygote
