// What a process prints into one pipe, read by a thread of its own so that the process never has
// to wait for us; or only the first line of it, after which nobody reads.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "common/contract/deadline.hpp"
#include "common/net/descriptor.hpp"

namespace contract {

class Transcript {
 public:
  // `last_lines` keeps only the end, however much is printed.
  enum class Reading { everything, last_lines, first_line };

  Transcript(net::Descriptor pipe, Reading reading);

  [[nodiscard]] std::string text() const;
  // Without its newline; empty if the line has not come in time or can no longer come.
  [[nodiscard]] std::optional<std::string> wait_for_line(std::size_t index,
                                                         const Deadline& deadline) const;
  [[nodiscard]] bool wait_for_text(const std::string& wanted, const Deadline& deadline) const;
  void wait_for_end(const Deadline& deadline) const;
  // Ends the reading; whoever writes from now on gets EPIPE.
  void hang_up();

 private:
  void read_until_stopped(const std::stop_token& stop);
  [[nodiscard]] bool append_what_is_there();
  [[nodiscard]] std::optional<std::string> line(std::size_t index) const;

  net::Descriptor pipe_;
  const Reading reading_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::string text_;
  bool ended_ = false;
  std::jthread reader_;  // last: it uses all of the above
};

// The end of a long text, for reports.
[[nodiscard]] std::string last_lines(const std::string& text);

}  // namespace contract
