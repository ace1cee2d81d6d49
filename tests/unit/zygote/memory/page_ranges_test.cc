#include "zygote/memory/page_ranges.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "tests/unit/zygote/forked_child.h"

namespace brood::zygote {
namespace {

const size_t kPage = static_cast<size_t>(::sysconf(_SC_PAGESIZE));

// Pages of its own mapping, all written to unless said otherwise, so that a fork shares them.
class Pages {
 public:
  enum class Content { written, untouched };
  explicit Pages(size_t count, Content content = Content::written) : size_(count * kPage) {
    start_ = static_cast<char*>(
        ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    ::madvise(start_, size_, MADV_NOHUGEPAGE);
    if (content == Content::written) std::fill_n(start_, size_, 'x');
  }
  ~Pages() { ::munmap(start_, size_); }

  char& at(size_t page) { return start_[page * kPage]; }
  PageRange range(size_t from, size_t to) const {
    auto base = reinterpret_cast<uintptr_t>(start_);
    return {base + from * kPage, base + to * kPage};
  }
  PageRange all() const { return range(0, size_ / kPage); }

 private:
  char* start_;
  size_t size_;
};

bool same(const std::vector<PageRange>& found, const std::vector<PageRange>& expected) {
  return std::equal(found.begin(), found.end(), expected.begin(), expected.end(),
                    [](PageRange a, PageRange b) { return a.begin == b.begin && a.end == b.end; });
}

long faults() {
  rusage usage;
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

TEST(PageRangesTest, FindsWhatAForkHasWritten) {
  Pages pages(10);
  EXPECT_EQ(inForkedChild([&] {
              if (!ownPages({pages.all()}).empty()) return 1;
              pages.at(2) = pages.at(3) = pages.at(7) = 'y';
              // Reading makes no page one's own.
              if (pages.at(5) != 'x') return 2;
              return same(ownPages({pages.all()}), {pages.range(2, 4), pages.range(7, 8)}) ? 0 : 3;
            }),
            0);
}

TEST(PageRangesTest, PopulatedPagesTakeNoFault) {
  Pages pages(64);
  EXPECT_EQ(inForkedChild([&] {
              populateForWriting({pages.range(0, 32)});
              long before = faults();
              for (size_t page = 0; page < 32; ++page) pages.at(page) = 'y';
              long populated = faults() - before;
              before = faults();
              for (size_t page = 32; page < 64; ++page) pages.at(page) = 'y';
              long others = faults() - before;
              return populated < 4 && others >= 32 ? 0 : 1;
            }),
            0);
}

TEST(PageRangesTest, PopulatingKeepsTheContent) {
  Pages pages(4);
  pages.at(1) = 'z';
  EXPECT_EQ(inForkedChild([&] {
              populateForWriting({pages.all()});
              return pages.at(0) == 'x' && pages.at(1) == 'z' ? 0 : 1;
            }),
            0);
}

TEST(PageRangesTest, SkipsUnmappedPages) {
  Pages pages(8);
  ASSERT_EQ(::munmap(&pages.at(2), 2 * kPage), 0);
  EXPECT_EQ(inForkedChild([&] {
              PageRange gone = pages.range(2, 4);
              populateForWriting({gone, pages.range(4, 8)});
              populateForReading({gone});
              return same(ownPages({pages.range(4, 8)}), {pages.range(4, 8)}) ? 0 : 1;
            }),
            0);
}

TEST(PageRangesTest, OnePageStandsForAGroup) {
  constexpr size_t kGroup = 16;
  Pages pages(6 * kGroup, Pages::Content::untouched);
  // Begins with the first whole group.
  const size_t first = kGroup - pages.all().begin / kPage % kGroup;
  for (size_t page : {2, 3, 16, 31, 47, 64, 65}) pages.at(first + page) = 'x';
  auto page = [&](size_t index) { return pages.range(first + index, first + index + 1); };
  EXPECT_TRUE(same(oneOfEachGroup({pages.all()}), {page(2), page(16), page(47), page(64)}));
  // Two mappings share a group, and each has its own neighbours.
  EXPECT_TRUE(
      same(oneOfEachGroup({pages.range(first, first + 3), pages.range(first + 3, first + 9)}),
           {page(2), page(3)}));
  EXPECT_TRUE(oneOfEachGroup({pages.range(first + 4, first + 16)}).empty());
}

TEST(PageRangesTest, UnitesWhatOverlapsOrTouches) {
  const std::vector<PageRange> one = {{10, 20}, {40, 50}, {70, 80}};
  EXPECT_TRUE(same(united(one, {}), one));
  EXPECT_TRUE(same(united({}, one), one));
  EXPECT_TRUE(same(united(one, one), one));
  EXPECT_TRUE(same(united(one, {{5, 6}, {12, 15}, {20, 30}, {45, 60}, {90, 91}}),
                   {{5, 6}, {10, 30}, {40, 60}, {70, 80}, {90, 91}}));
  EXPECT_TRUE(same(united(one, {{0, 100}}), {{0, 100}}));
}

TEST(PageRangesTest, LeavesOutWhatIsTaken) {
  const std::vector<PageRange> all = {{10, 20}, {40, 50}, {70, 80}};
  EXPECT_TRUE(same(without(all, {}), all));
  EXPECT_TRUE(same(without({}, all), {}));
  EXPECT_TRUE(same(without(all, all), {}));
  EXPECT_TRUE(same(without(all, {{0, 5}, {12, 14}, {16, 18}, {20, 40}, {45, 75}, {79, 90}}),
                   {{10, 12}, {14, 16}, {18, 20}, {40, 45}, {75, 79}}));
  EXPECT_TRUE(same(without(all, {{15, 72}}), {{10, 15}, {72, 80}}));
  EXPECT_TRUE(same(without(all, {{0, 100}}), {}));
}

TEST(PageRangesTest, ListsPrivateMappings) {
  Pages pages(4);
  auto holds = [](const std::vector<PageRange>& ranges, const void* address) {
    auto at = reinterpret_cast<uintptr_t>(address);
    return std::any_of(ranges.begin(), ranges.end(),
                       [at](PageRange range) { return range.begin <= at && at < range.end; });
  };
  PrivateMappings mappings = PrivateMappings::ofThisProcess();
  EXPECT_TRUE(holds(mappings.writable, &pages.at(0)));
  EXPECT_FALSE(holds(mappings.files, &pages.at(0)));
  EXPECT_TRUE(holds(mappings.files, reinterpret_cast<const void*>(&ownPages)));
  EXPECT_FALSE(presentPages(mappings.files).empty());
}

}  // namespace
}  // namespace brood::zygote
