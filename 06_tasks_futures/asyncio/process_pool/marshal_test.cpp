// What can be sent to another process of the same program, and that it arrives.
#include "06_tasks_futures/asyncio/process_pool/marshal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "06_tasks_futures/asyncio/process_pool/marshal_test.hpp"
#include "06_tasks_futures/asyncio/process_pool/remote_call.hpp"

namespace asyncio {
namespace {

using testing::ElementsAre;

struct Point {
  int x = 0;
  double y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

/// Of a number, no default.
class Degrees {
 public:
  explicit Degrees(int degrees) : degrees_(degrees) {}
  friend bool operator==(const Degrees&, const Degrees&) = default;

 private:
  int degrees_;
};

enum class Colour : std::uint8_t { red, green };

/// What arrives of `value`.
template <typename T>
T sent(const T& value) {
  Marshaller writer;
  writer.write(value);
  const Bytes bytes = without_size(std::move(writer).finish());
  return Unmarshaller(bytes).read<T>();
}

template <typename T>
void expect_to_arrive(const T& value) {
  EXPECT_TRUE(sent(value) == value);
}

TEST(Marshal, ValuesArriveAsTheyAre) {
  expect_to_arrive(42);
  expect_to_arrive(-0.5);
  expect_to_arrive(true);
  expect_to_arrive(Colour::green);
  expect_to_arrive(Point{1, 2.5});
  expect_to_arrive(Degrees(90));
  expect_to_arrive(std::array{1, 2, 3});
  expect_to_arrive(std::optional(5));
  expect_to_arrive(std::optional<int>());
  expect_to_arrive(std::chrono::milliseconds(250));
}

TEST(Marshal, StringsAndVectorsArriveAsTheyAre) {
  using Strings = std::vector<std::string>;
  expect_to_arrive(std::string());
  expect_to_arrive(std::string("a\0b", 3));
  expect_to_arrive(std::string(1'000'000, 'x'));
  expect_to_arrive(std::vector<int>());
  expect_to_arrive(std::vector{1, 2, 3});
  expect_to_arrive(std::vector{Point{1, 2}, Point{3, 4}});
  expect_to_arrive(std::vector{Degrees(1), Degrees(2)});
  expect_to_arrive(std::vector{true, false, true});
  expect_to_arrive(Strings{"one", "", "three"});
  expect_to_arrive(std::vector{Strings{"a"}, Strings{}, Strings{"b", "c"}});
}

TEST(Marshal, SeveralArriveInOrder) {
  Marshaller writer;
  writer.write(1);
  writer.write(std::string("two"));
  writer.write(std::vector{3, 4});
  const Bytes bytes = without_size(std::move(writer).finish());
  Unmarshaller reader(bytes);
  EXPECT_EQ(reader.read<int>(), 1);
  EXPECT_EQ(reader.read<std::string>(), "two");
  EXPECT_THAT(reader.read<std::vector<int>>(), ElementsAre(3, 4));
}

TEST(Marshal, ItsSizeStandsInFront) {
  Marshaller writer;
  writer.write('x');
  writer.write('y');
  const Bytes bytes = std::move(writer).finish();
  EXPECT_EQ(bytes.size(), sizeof(std::size_t) + 2);
  EXPECT_EQ(Unmarshaller(bytes).read<std::size_t>(), 2);
}

// Whatever a process that goes wrong may have sent.
TEST(Marshal, TooFewBytesAreRefused) {
  const std::string refusal =
      "RuntimeError: a message of another process ends too early";
  const Bytes three(3);
  EXPECT_EQ(thrown_by([&] { return Unmarshaller(three).read<int>(); }),
            refusal);
  EXPECT_EQ(thrown_by([&] { return Unmarshaller(three).read<std::string>(); }),
            refusal);
  for (const std::size_t n : {std::size_t{1'000'000}, std::size_t{1} << 62U,
                              std::numeric_limits<std::size_t>::max()}) {
    Marshaller writer;
    writer.write(n);
    writer.write(0);
    const Bytes bytes = without_size(std::move(writer).finish());
    EXPECT_EQ(
        thrown_by([&] { return Unmarshaller(bytes).read<std::string>(); }),
        refusal);
    EXPECT_EQ(thrown_by([&] {
                return Unmarshaller(bytes).read<std::vector<double>>();
              }),
              refusal);
    EXPECT_EQ(thrown_by([&] {
                return Unmarshaller(bytes).read<std::vector<std::string>>();
              }),
              refusal);
  }
}

// What it points to is not there.
static_assert(!Marshallable<int*>);
static_assert(!Marshallable<const char*>);
static_assert(!Marshallable<void (*)()>);
static_assert(!Marshallable<int&>);
static_assert(!Marshallable<std::string_view>);
static_assert(!Marshallable<std::initializer_list<int>>);
static_assert(!Marshallable<std::span<int>>);
static_assert(!Marshallable<std::span<const int, 3>>);
static_assert(!Marshallable<std::reference_wrapper<int>>);
static_assert(!Marshallable<std::vector<int>::iterator>);
static_assert(!Marshallable<std::optional<std::string_view>>);
static_assert(!Marshallable<std::array<std::string_view, 2>>);
static_assert(!Marshallable<std::vector<std::string_view>>);
static_assert(!Marshallable<std::vector<int*>>);
// It is more than its bytes.
static_assert(!Marshallable<std::unique_ptr<int>>);
static_assert(!Marshallable<std::function<void()>>);
static_assert(!Marshallable<std::optional<std::string>>);
static_assert(!Marshallable<std::atomic<int>>);
static_assert(!Marshallable<void>);

static_assert(PlainFunction<int (&)(int)>);
static_assert(PlainFunction<int (*)(int)>);
static_assert(PlainFunction<int (&)(int) noexcept>);
static_assert(PlainFunction<decltype([](int) {})>);
static_assert(!PlainFunction<decltype([](auto) {})>);
static_assert(!PlainFunction<std::function<void()>>);
static_assert(!PlainFunction<int>);
static_assert(!PlainFunction<int*>);
static_assert(OwnParameter<int> && OwnParameter<const std::string&>);
static_assert(OwnParameter<std::string&&> && !OwnParameter<std::string&>);

TEST(Marshal, ALambdaThatCapturesIsNoPlainFunction) {
  int captured = 0;
  const auto capturing = [&captured] { ++captured; };
  EXPECT_FALSE(PlainFunction<decltype(capturing)>);
}

}  // namespace
}  // namespace asyncio
