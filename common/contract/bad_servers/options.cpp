#include "common/contract/bad_servers/options.hpp"

#include <charconv>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <vector>

namespace bad {

namespace {

constexpr std::string_view k_help =
    "echo server with a fault\n"
    "  --host ADDRESS  --port N  --quiet  --help  --version  --one-at-a-time  --fault NAME\n";

class Parser {
 public:
  Parser(int argc, char** argv) : words_(argv + 1, argv + argc) {}

  Options parse() {
    options_.fault = find_fault();  // first: some faults are in the parsing
    while (next_ < words_.size()) {
      take(words_[next_++]);
    }
    return options_;
  }

 private:
  std::string find_fault() const {
    for (std::size_t i = 0; i + 1 < words_.size(); ++i) {
      if (words_[i] == "--fault") return words_[i + 1];
    }
    return "";
  }

  void take(const std::string& word) {
    if (word == "--help") leave(options_.has_fault("help-is-silent") ? "" : k_help);
    if (word == "--version") leave("1.0\n");
    if (word == "--quiet") {
      options_.quiet = true;
    } else if (word == "--one-at-a-time") {
      options_.one_at_a_time = true;
    } else {
      take_value(word);
    }
  }

  void take_value(const std::string& word) {
    if (word == "--host") {
      options_.host = value_of(word);
    } else if (word == "--port") {
      options_.port = port_from(value_of(word));
    } else if (word == "--fault") {
      options_.fault = value_of(word);
    } else {
      refuse("unknown word '" + word + "'; see --help");
    }
  }

  std::string value_of(const std::string& option) {
    if (next_ == words_.size()) refuse(option + ": a value is missing");
    return words_[next_++];
  }

  std::uint16_t port_from(const std::string& text) const {
    long port = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool whole = end == text.data() + text.size() || options_.has_fault("port-5000x-is-5000");
    if (options_.has_fault("port-70000-is-4464")) return static_cast<std::uint16_t>(port);
    if (error != std::errc() || !whole || port < 0 || port > 65535) {
      refuse("--port: '" + text + "' is not a number from 0 to 65535");
    }
    return static_cast<std::uint16_t>(port);
  }

  [[noreturn]] static void leave(std::string_view text) {
    std::cout << text << std::flush;
    std::exit(0);
  }

  [[noreturn]] void refuse(const std::string& why) const {
    std::cerr << why << "\n";
    if (options_.has_fault("usage-takes-two-lines")) std::cerr << k_help;
    std::exit(options_.has_fault("usage-exits-with-1") ? 1 : 2);
  }

  std::vector<std::string> words_;
  std::size_t next_ = 0;
  Options options_;
};

}  // namespace

Options parse_options(int argc, char** argv) {
  return Parser(argc, argv).parse();
}

}  // namespace bad
