#include "common/contract/exchange.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "common/contract/config.hpp"

namespace contract {

namespace {

constexpr std::size_t k_bytes_at_once = 64 * 1024;
// Who could not write for this long is taken to be blocked.
constexpr auto k_blocked_after = std::chrono::milliseconds(50);

std::string as_number(char byte) {
  return std::to_string(static_cast<unsigned char>(byte));
}

void expect_equal(const std::string& came, const std::string& expected, std::size_t offset) {
  const auto [wrong, right] = std::mismatch(came.begin(), came.end(), expected.begin());
  if (wrong == came.end()) return;
  const auto at = offset + static_cast<std::size_t>(wrong - came.begin());
  throw std::runtime_error("byte " + std::to_string(at) + " was sent as " + as_number(*right) +
                           " and came back as " + as_number(*wrong));
}

std::vector<pollfd> entries_of(std::span<Exchange> exchanges) {
  std::vector<pollfd> entries;
  for (const Exchange& one : exchanges) {
    // poll(2) skips negative descriptors.
    entries.push_back({one.is_done() ? -1 : one.fd(), one.wanted_events(), 0});
  }
  return entries;
}

void wait_for_any(std::vector<pollfd>& entries, std::span<Exchange> exchanges,
                  const Deadline& deadline) {
  const int ready = poll(entries.data(), entries.size(), deadline.remaining_ms());
  if (ready > 0 || (ready < 0 && errno == EINTR)) return;
  if (ready < 0) throw std::system_error(errno, std::generic_category(), "poll");
  const auto stuck = std::find_if(exchanges.begin(), exchanges.end(),
                                  [](const Exchange& one) { return !one.is_done(); });
  throw std::runtime_error("an exchange does not end: " + stuck->text());
}

}  // namespace

Exchange::Exchange(Client& client, const Options& options, std::uint64_t seed)
    : client_(&client), options_(options), seed_(seed), to_send_(seed), expected_(seed) {}

short Exchange::wanted_events() const {
  return has_more_to_send() ? POLLIN | POLLOUT : POLLIN;
}

void Exchange::on_ready(short events) {
  if ((events & (POLLIN | POLLERR | POLLHUP)) != 0) receive_some();
  if (!is_done_ && (events & POLLOUT) != 0 && has_more_to_send()) send_some();
}

std::string Exchange::text() const {
  return std::to_string(sent_) + " of " + std::to_string(options_.total) + " bytes sent, " +
         std::to_string(received_) + " came back (seed " + std::to_string(seed_) + ")";
}

void Exchange::send_some() {
  if (unsent_.empty()) {
    unsent_ = to_send_.next(std::min(options_.bytes_a_write, options_.total - sent_));
  }
  const std::size_t n = client_->send_some(unsent_);
  unsent_.erase(0, n);
  sent_ += n;
  if (options_.half_close && !has_more_to_send()) client_->finish_sending();
}

void Exchange::receive_some() {
  std::string came;
  const Client::Got got = client_->receive_some(came, k_bytes_at_once);
  if (got == Client::Got::end_of_file || got == Client::Got::reset) return on_end(got);
  compare(came);
  is_done_ = received_ == options_.total && !options_.half_close;
}

void Exchange::compare(const std::string& came) {
  if (received_ + came.size() > sent_) {
    throw std::runtime_error("more bytes came back than were sent: " + text());
  }
  expect_equal(came, expected_.next(came.size()), received_);
  received_ += came.size();
}

void Exchange::on_end(Client::Got ending) {
  is_done_ = true;
  const bool is_due = options_.half_close && received_ == options_.total;
  if (is_due && ending == Client::Got::end_of_file) return;
  throw std::runtime_error((ending == Client::Got::reset ? "reset: " : "closed too early: ") +
                           text());
}

void run(std::span<Exchange> exchanges) {
  Deadline deadline = patience();
  while (!std::all_of(exchanges.begin(), exchanges.end(),
                      [](const Exchange& one) { return one.is_done(); })) {
    std::vector<pollfd> entries = entries_of(exchanges);
    wait_for_any(entries, exchanges, deadline);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].revents != 0) exchanges[i].on_ready(entries[i].revents);
    }
  }
}

void exchange(Client& client, const Exchange::Options& options) {
  Exchange only(client, options, config().seed);
  run({&only, 1});
}

std::size_t flood(Client& client, std::uint64_t seed) {
  RandomStream stream(seed);
  std::string unsent;
  std::size_t sent = 0;
  while (sent < k_largest_flood && wait_for(client.fd(), POLLOUT, Deadline(k_blocked_after))) {
    if (unsent.empty()) unsent = stream.next(k_bytes_at_once);
    const std::size_t n = client.send_some(unsent);
    unsent.erase(0, n);
    sent += n;
  }
  return sent;
}

void receive_stream(Client& client, std::size_t n, std::uint64_t seed) {
  RandomStream expected(seed);
  for (std::size_t offset = 0; offset < n;) {
    const std::string came = client.receive(std::min(k_bytes_at_once, n - offset));
    expect_equal(came, expected.next(came.size()), offset);
    offset += came.size();
  }
}

}  // namespace contract
