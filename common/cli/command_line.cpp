#include "common/cli/command_line.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <csignal>
#include <system_error>

#include <CLI/CLI.hpp>

#include "common/net/log.hpp"
#include "version.hpp"

namespace cli {
namespace {

std::string known_options(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) names.push_back(option->get_name());
  return joined(names);
}

int report_wrong_usage(const CLI::App& app, const CLI::ParseError& error) {
  std::string line = error.what();
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    line += "; the options are " + known_options(app);
  }
  complain(line);
  return k_wrong_usage;
}

}  // namespace

void declare_help(CLI::App& app) {
  app.set_help_flag("--help", "Print this and exit");
  app.set_version_flag("--version", std::string("Echo Ladder ") + k_version, "Print it and exit");
}

std::optional<int> parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    return app.exit(asked);  // --help, --version
  } catch (const CLI::ParseError& error) {
    return report_wrong_usage(app, error);
  }
  return std::nullopt;
}

CLI::Validator whole_number(int least, int most) {
  return CLI::Validator(
      [least, most](const std::string& text) {
        int number = 0;
        const char* end = text.data() + text.size();
        const auto [rest, ec] = std::from_chars(text.data(), end, number);
        if (ec == std::errc() && rest == end && least <= number && number <= most)
          return std::string();
        return '\'' + text + "' is not a whole number from " + std::to_string(least) + " to " +
               std::to_string(most);
      },
      "");
}

CLI::Validator one_of(const std::vector<std::string>& values) {
  return CLI::Validator(
      [values](const std::string& text) {
        const bool known = std::find(values.begin(), values.end(), text) != values.end();
        return known ? std::string() : '\'' + text + "' is not one of: " + joined(values);
      },
      joined(values));
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

void complain(std::string line) {
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return std::iscntrl(c) != 0; }, '?');
  net::LineWriter(STDERR_FILENO).write(line);
}

void occupy_standard_descriptors() {
  int fd = 0;
  do {
    fd = ::open("/dev/null", O_RDWR);
  } while (fd >= 0 && fd <= STDERR_FILENO);
  ::close(fd);
}

void outlive_readers() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

}  // namespace cli
