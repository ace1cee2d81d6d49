#include "config/secrets.h"

#include <gtest/gtest.h>

#include "config/loader.h"

namespace brood {
namespace {

using Variables = std::vector<std::string>;

TEST(SecretsTest, ComeFromTheEnvironment) {
  const Secrets secrets = readSecrets({"BROOD_API_KEY=brood_k", "SUPABASE_SERVICE_KEY= s3cret\n",
                                       "OTEL_EXPORTER_OTLP_HEADERS=api-key=abc, x = y=z"});
  EXPECT_EQ(secrets.apiKey, "brood_k");
  EXPECT_EQ(secrets.supabaseKey, "s3cret");
  EXPECT_EQ(secrets.traceHeaders, (Variables{"api-key: abc", "x: y=z"}));
}

TEST(SecretsTest, NoneIsNone) {
  const Secrets secrets = readSecrets({"PATH=/bin", "BROOD_API_KEYS=x"});
  EXPECT_FALSE(secrets.apiKey);
  EXPECT_EQ(secrets.supabaseKey, "");
}

TEST(SecretsTest, ABlankKeyIsRefused) {
  for (const char* variable : {"BROOD_API_KEY=", "BROOD_API_KEY= \t"}) {
    EXPECT_THROW(readSecrets({variable}), ConfigError) << variable;
  }
}

TEST(SecretsTest, ARefusalDoesNotShowTheValue) {
  for (const char* variable :
       {"SUPABASE_SERVICE_KEY=planted\nsecret", "OTEL_EXPORTER_OTLP_HEADERS=planted"}) {
    try {
      readSecrets({variable});
      FAIL() << variable;
    } catch (const ConfigError& error) {
      EXPECT_EQ(std::string(error.what()).find("planted"), std::string::npos) << error.what();
    }
  }
}

TEST(SecretsTest, AreKeptFromProcessesThatDoNotNeedThem) {
  const Variables all{"PATH=/bin", "BROOD_API_KEY=a", "SUPABASE_SERVICE_KEY=b",
                      "OTEL_EXPORTER_OTLP_HEADERS=c=d", "SUPABASE_URL=https://x"};
  EXPECT_EQ(withoutSecrets(all), (Variables{"PATH=/bin", "SUPABASE_URL=https://x"}));
  EXPECT_EQ(withoutSecrets(all, {kApiKeyVariable}),
            (Variables{"PATH=/bin", "BROOD_API_KEY=a", "SUPABASE_URL=https://x"}));
}

TEST(SecretsTest, CanBeForgotten) {
  char key[] = "BROOD_API_KEY=planted", path[] = "PATH=/bin";
  char* environment[] = {key, path, nullptr};
  forgetSecrets(environment);
  EXPECT_STREQ(key, "BROOD_API_KEY=");
  EXPECT_EQ(key[14], 0);
  EXPECT_EQ(key[20], 0);
  EXPECT_STREQ(path, "PATH=/bin");
}

// A setting is shown by `brood config`.
TEST(SecretsTest, AreNoSettings) {
  const auto loaded = loadConfig({}, {"BROOD_API_KEY=planted", "SUPABASE_SERVICE_KEY=planted"});
  for (const auto& value : loaded.values) {
    EXPECT_EQ(value.value.find("planted"), std::string::npos) << value.key;
  }
  for (const auto& warning : loaded.warnings) {
    EXPECT_EQ(warning.find("planted"), std::string::npos) << warning;
  }
}

}  // namespace
}  // namespace brood
