// The one client of the comparison with other sandboxes: it times each job of each peer from the
// request until it is answered and reaped, all in turns, with as little of its own in between as
// there can be: programs by posix_spawn, services on connections that stay open.
//
//   brood-peers-client PLAN.json   what to run; the samples go to stdout, as JSON
//
// main.py writes the plan. In each text of a peer, {code} stands for the job's code, which is
// print(NUMBER), and {id} for a name of the job's own.

#include <kj/exception.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <random>

#include "base/plain_text.h"
#include "bench/model/clock.h"
#include "bench/peers/command_peer.h"
#include "bench/peers/plan.h"
#include "bench/peers/service_peer.h"
#include "bench/system/interrupt.h"
#include "bench/system/progress.h"

namespace brood::bench {
namespace {

class Comparison {
 public:
  explicit Comparison(Plan plan) : plan_(std::move(plan)) {
    for (const auto& spec : plan_.peers) {
      auto& peer = peers_.emplace_back();
      peer.spec = &spec;
      if (!spec.isCommand()) peer.connection = connect(io_, spec);
    }
  }

  // All in each round, in an order that differs from round to round.
  void takeTurns() {
    std::mt19937_64 random(1);
    const uint64_t start = nowNanos();
    for (size_t round = 0; round < plan_.runs; ++round) {
      std::vector<Peer*> order;
      for (auto& peer : peers_) {
        if (round % peer.spec->every == 0) order.push_back(&peer);
      }
      std::shuffle(order.begin(), order.end(), random);
      for (auto* peer : order) {
        peer->nanos.push_back(timed(*peer));
        pause();
      }
      const double each =
          static_cast<double>(nowNanos() - start) / 1e9 / static_cast<double>(round + 1);
      progress_.show("round " + std::to_string(round + 1) + " of " + std::to_string(plan_.runs),
                     each * static_cast<double>(plan_.runs - round - 1) + loadSeconds());
    }
  }

  void measureLoad() {
    if (plan_.seconds == 0) return;
    for (auto& peer : peers_) {
      progress_.show("load on " + peer.spec->name);
      const Load load{plan_.clients, plan_.seconds, jobs_};
      peer.jobsPerSecond = peer.spec->isCommand() ? commandRate(*peer.spec, load)
                                                  : serviceRate(io_, *peer.spec, load);
      pause();
    }
  }

  std::string json() const {
    nlohmann::json all = nlohmann::json::object();
    for (const auto& peer : peers_) {
      auto samples = nlohmann::json::array();
      for (uint64_t nanos : peer.nanos) samples.push_back(static_cast<double>(nanos) / 1e3);
      all[peer.spec->name] = {{"samples_us", std::move(samples)},
                              {"jobs_per_second", peer.jobsPerSecond}};
    }
    return all.dump() + "\n";
  }

 private:
  struct Peer {
    const PeerSpec* spec = nullptr;
    kj::Own<JobClient> connection;  // To a service.
    std::vector<uint64_t> nanos;
    double jobsPerSecond = 0;
  };

  double loadSeconds() const { return plan_.seconds * static_cast<double>(peers_.size()); }

  uint64_t timed(Peer& peer) {
    const JobText job = jobs_.next();
    const Answer answer = peer.spec->isCommand() ? runCommand(*peer.spec, job)
                                                 : peer.connection->run(job).wait(io_.waitScope());
    if (!answer.problem.empty()) throw PeerError(peer.spec->name + ": " + answer.problem);
    return answer.nanos;
  }

  // Lets the others end what they started before the next one is asked.
  void pause() {
    io_.timer().afterDelay(plan_.pauseMs * kj::MILLISECONDS).wait(io_.waitScope());
    interrupt_.check();
  }

  Plan plan_;
  UvAsyncIo io_;
  Interrupt interrupt_{io_};
  Progress progress_;
  JobMaker jobs_ = numberedJobs();
  std::vector<Peer> peers_;
};

int run(const char* planPath) {
  Comparison comparison(readPlan(planPath));
  comparison.takeTurns();
  comparison.measureLoad();
  std::fputs(comparison.json().c_str(), stdout);
  return 0;
}

}  // namespace
}  // namespace brood::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: brood-peers-client PLAN.json\n");
    return 2;
  }
  try {
    return brood::bench::run(argv[1]);
  } catch (const brood::bench::Interrupted&) {
    std::fprintf(stderr, "brood-peers-client: interrupted\n");
    return 130;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "brood-peers-client: %s\n", error.what());
  } catch (const kj::Exception& error) {
    std::fprintf(stderr, "brood-peers-client: %s\n", brood::plainText(error).c_str());
  }
  return 1;
}
