#include "06_tasks_futures/examples/http/message.hpp"

#include <algorithm>

#include "06_tasks_futures/asyncio/exceptions.hpp"

namespace http {
namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_same(std::string_view one, std::string_view other) noexcept {
  return std::ranges::equal(
      one, other, [](char a, char b) { return lower(a) == lower(b); });
}

// Whoever could put a line end into a header could put an answer behind it.
void check_line(std::string_view text) {
  using namespace std::string_view_literals;
  if (text.find_first_of("\r\n\0"sv) == std::string_view::npos) return;
  throw asyncio::ValueError("a header is one line");
}

}  // namespace

void Headers::add(std::string name, std::string value) {
  check_line(name);
  check_line(value);
  fields_.emplace_back(std::move(name), std::move(value));
}

const std::string* Headers::find(std::string_view name) const noexcept {
  const auto field = std::ranges::find_if(
      fields_, [&](const Field& each) { return is_same(each.first, name); });
  return field == fields_.end() ? nullptr : &field->second;
}

Response::Response(int its_status, std::string its_body, std::string type)
    : status(its_status), body(std::move(its_body)) {
  if (!body.empty()) headers.add("Content-Type", std::move(type));
}

}  // namespace http
