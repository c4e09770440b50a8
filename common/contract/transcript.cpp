#include "common/contract/transcript.hpp"

#include <poll.h>

#include <array>

namespace contract {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t k_much = 64 * 1024;

}  // namespace

Transcript::Transcript(net::Descriptor pipe, Reading reading)
    : pipe_(std::move(pipe)),
      reading_(reading),
      reader_([this](const std::stop_token& stop) { read_until_stopped(stop); }) {}

std::string Transcript::text() const {
  const std::lock_guard lock(mutex_);
  return text_;
}

std::optional<std::string> Transcript::wait_for_line(std::size_t index,
                                                     const Deadline& deadline) const {
  std::unique_lock lock(mutex_);
  const auto limit = std::chrono::milliseconds(deadline.remaining_ms());
  changed_.wait_for(lock, limit, [&] { return ended_ || line(index).has_value(); });
  return line(index);
}

bool Transcript::wait_for_text(const std::string& wanted, const Deadline& deadline) const {
  std::unique_lock lock(mutex_);
  const auto limit = std::chrono::milliseconds(deadline.remaining_ms());
  const auto found = [&] { return text_.find(wanted) != std::string::npos; };
  changed_.wait_for(lock, limit, [&] { return ended_ || found(); });
  return found();
}

void Transcript::wait_for_end(const Deadline& deadline) const {
  std::unique_lock lock(mutex_);
  const auto limit = std::chrono::milliseconds(deadline.remaining_ms());
  changed_.wait_for(lock, limit, [&] { return ended_; });
}

void Transcript::hang_up() {
  reader_.request_stop();
  reader_.join();
  pipe_.close();
}

void Transcript::read_until_stopped(const std::stop_token& stop) {
  // A process that escaped us may keep the pipe open for ever, hence the short waits.
  while (!stop.stop_requested()) {
    if (wait_for(pipe_.get(), POLLIN, Deadline(20ms)) && !append_what_is_there()) break;
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

bool Transcript::append_what_is_there() {
  std::array<char, 4096> buffer;
  const std::size_t wanted = reading_ == Reading::first_line ? 1 : buffer.size();
  const ssize_t n = read(pipe_.get(), buffer.data(), wanted);
  if (n <= 0) return false;
  const std::lock_guard lock(mutex_);
  text_.append(buffer.data(), static_cast<std::size_t>(n));
  if (reading_ == Reading::last_lines && text_.size() > k_much) text_.erase(0, k_much / 2);
  changed_.notify_all();
  return reading_ != Reading::first_line || text_.back() != '\n';
}

std::optional<std::string> Transcript::line(std::size_t index) const {
  std::size_t begin = 0;
  for (;; --index) {
    const std::size_t end = text_.find('\n', begin);
    if (end == std::string::npos) return std::nullopt;
    if (index == 0) return text_.substr(begin, end - begin);
    begin = end + 1;
  }
}

std::string last_lines(const std::string& text) {
  constexpr std::size_t k_at_most = 600;
  if (text.size() <= k_at_most) return text;
  return "...\n" + text.substr(text.find('\n', text.size() - k_at_most) + 1);
}

}  // namespace contract
