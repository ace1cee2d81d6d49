#include "supervisor/jobs/job_encoder.h"

#include <capnp/serialize.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "rpc/wire/worker.capnp.h"
#include "rpc/wire/worker_frames.h"

namespace brood::supervisor {
namespace {

kj::ArrayPtr<const kj::byte> bytesOf(const std::string& text) {
  return kj::StringPtr(text.c_str(), text.size()).asBytes();
}

std::string textOf(capnp::Data::Reader data) { return {data.asChars().begin(), data.size()}; }

// A job in its message, as the worker reads it.
class Decoded {
 public:
  explicit Decoded(EncodedJob encoded) : encoded_(kj::mv(encoded)) {
    WorkerJobHeader header;
    KJ_ASSERT(encoded_.bytes.size() >= sizeof(header));
    std::memcpy(&header, encoded_.bytes.begin(), sizeof(header));
    const auto body = encoded_.bytes.asPtr().slice(sizeof(header), encoded_.bytes.size());
    KJ_ASSERT(header.byteLength == body.size());
    words_ = kj::heapArray<capnp::word>(body.size() / sizeof(capnp::word));
    std::memcpy(words_.begin(), body.begin(), body.size());
    message_ = kj::heap<capnp::FlatArrayMessageReader>(words_);
  }

  wire::WorkerJob::Reader job() { return message_->getRoot<wire::WorkerJob>(); }
  int contentFd() const { return encoded_.content.get(); }

 private:
  EncodedJob encoded_;
  kj::Array<capnp::word> words_;
  kj::Own<capnp::FlatArrayMessageReader> message_;
};

class JobEncoderTest : public testing::Test {
 protected:
  JobEncoderTest() {
    job_.program.content = bytesOf(code_);
    job_.program.fileName = "main.sh";
    job_.program.command = {"/bin/sh", "main.sh"};
    job_.program.environment = {{"LANG", "C"}, {"MINE", "1"}};
    job_.arguments = {"one", "two"};
    job_.limits.cpuTimeMs = 1'001;
    job_.limits.fileBytes = 4096;
    job_.limits.openFiles = 32;
  }
  Decoded encode(bool executes = false, bool acknowledgesResults = false) {
    return Decoded(encodeJob(job_, results_, backstops_, executes, acknowledgesResults));
  }

  const std::string code_{"echo \0 $1", 9};
  AdmittedJob job_;
  ResultsConfig results_;
  Backstops backstops_;
};

TEST_F(JobEncoderTest, CarriesProgramArgumentsAndVariables) {
  auto decoded = encode();
  auto job = decoded.job();
  EXPECT_EQ(textOf(job.getSource()), code_);
  EXPECT_STREQ(job.getSourceName().cStr(), "main.sh");
  ASSERT_EQ(job.getArgs().size(), 2u);
  EXPECT_STREQ(job.getArgs()[1].cStr(), "two");
  ASSERT_EQ(job.getEnv().size(), 2u);
  EXPECT_STREQ(job.getEnv()[1].getName().cStr(), "MINE");
  EXPECT_STREQ(job.getEnv()[1].getValue().cStr(), "1");
}

TEST_F(JobEncoderTest, ACommandGoesOnlyToWhoExecutesIt) {
  EXPECT_EQ(encode(false).job().getCommand().size(), 0u);
  auto decoded = encode(true);
  auto command = decoded.job().getCommand();
  ASSERT_EQ(command.size(), 4u);
  EXPECT_STREQ(command[0].cStr(), "/bin/sh");
  EXPECT_STREQ(command[3].cStr(), "two") << "the job's arguments follow the language's";
}

TEST_F(JobEncoderTest, CarriesLimitsAndBackstops) {
  backstops_ = {.dataBytes = 1 << 20, .processes = 77};
  job_.mergesOutput = true;
  auto decoded = encode();
  auto job = decoded.job();
  EXPECT_EQ(job.getCpuSeconds(), 3u) << "rounded up, and one to spare";
  EXPECT_EQ(job.getFileBytes(), 4096u);
  EXPECT_EQ(job.getOpenFiles(), 32u);
  EXPECT_EQ(job.getMemoryBytes(), 1u << 20);
  EXPECT_EQ(job.getProcesses(), 77u);
  EXPECT_TRUE(job.getMergesOutput());
}

TEST_F(JobEncoderTest, ResultsHaveLimitsWhereTheyAreWanted) {
  EXPECT_FALSE(encode().job().hasResults());
  job_.wantsResults = true;
  auto decoded = encode(false, true);
  ASSERT_TRUE(decoded.job().hasResults());
  EXPECT_EQ(decoded.job().getResults().getCount(), results_.maxCount);
  EXPECT_TRUE(decoded.job().getResults().getAcknowledged());
}

TEST_F(JobEncoderTest, SmallFilesAreInTheMessage) {
  const std::string content = "1,2,3";
  job_.files = {{"data/in.csv", bytesOf(content), true}};
  auto decoded = encode();
  ASSERT_EQ(decoded.job().getFiles().size(), 1u);
  auto file = decoded.job().getFiles()[0];
  EXPECT_STREQ(file.getPath().cStr(), "data/in.csv");
  EXPECT_EQ(textOf(file.getContent()), content);
  EXPECT_TRUE(file.getExecutable());
  EXPECT_LT(decoded.contentFd(), 0);
}

TEST_F(JobEncoderTest, LargeFilesAreInASealedOneBesideTheMessage) {
  const std::string first(50'000, 'a'), second(50'000, 'b');
  job_.files = {{"a", bytesOf(first), false}, {"b", bytesOf(second), false}};
  auto decoded = encode();
  auto files = decoded.job().getFiles();
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[1].getContent().size(), 0u);
  EXPECT_EQ(files[1].getSize(), second.size());
  ASSERT_GE(decoded.contentFd(), 0);
  std::string read(first.size() + second.size(), '?');
  ASSERT_EQ(::pread(decoded.contentFd(), read.data(), read.size(), 0),
            static_cast<ssize_t>(read.size()));
  EXPECT_EQ(read, first + second);
  EXPECT_LT(::pwrite(decoded.contentFd(), "x", 1, 0), 0) << "nobody may change it";
}

}  // namespace
}  // namespace brood::supervisor
