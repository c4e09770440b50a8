// The session that lives from one call of a benchmark to its next one.
#pragma once

#include <benchmark/benchmark.h>

#include <exception>
#include <map>
#include <optional>
#include <string>

#include "common/contract/process.hpp"
#include "common/load/contestant.hpp"
#include "common/load/end_on_signal.hpp"
#include "common/load/session.hpp"
#include "common/load/text.hpp"

namespace load {

/// Google Benchmark calls a function again and again, with more iterations each time, until they
/// take long enough. The server and its connections stay for these calls, so that the shorter ones
/// warm them up; the next benchmark drops them. What has failed once fails at once when it is
/// called again.
class CurrentSession {
 public:
  explicit CurrentSession(std::optional<int> core) : core_(core) {}
  CurrentSession(const CurrentSession&) = delete;
  CurrentSession& operator=(const CurrentSession&) = delete;
  ~CurrentSession() { drop(); }

  /// Calls `action` with the session of the benchmark of this name.
  template <typename Action>
  void use(benchmark::State& state, const std::string& name, const Contestant& contestant,
           const Cell& cell, Action action) {
    guard(state, name, [&] {
      if (name_ != name) start(name, contestant, cell);
      action(*session_);
    });
  }

  /// Calls `action`; what it throws becomes the benchmark's error.
  template <typename Action>
  void guard(benchmark::State& state, const std::string& name, Action action) {
    const auto before = failures_.find(name);
    if (before != failures_.end()) return state.SkipWithError(before->second.c_str());
    try {
      action();
    } catch (const std::exception& error) {
      halt_if_ending();
      drop();
      failures_[name] = printable(error.what());
      state.SkipWithError(failures_[name].c_str());
    }
  }

  /// Leaves no process of the server, not even those that have left its session.
  void drop() {
    session_.reset();
    name_.clear();
    contract::end_descendants();
  }

  /// On which its servers run.
  [[nodiscard]] const std::optional<int>& core() const { return core_; }
  [[nodiscard]] bool any_failed() const { return !failures_.empty(); }

 private:
  void start(const std::string& name, const Contestant& contestant, const Cell& cell) {
    drop();
    session_.emplace(by_shell(contestant.command), cell, core_);
    name_ = name;
  }

  std::optional<int> core_;
  std::string name_;
  std::optional<Session> session_;
  std::map<std::string, std::string> failures_;
};

}  // namespace load
