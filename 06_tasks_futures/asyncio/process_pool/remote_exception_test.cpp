// How exceptions come back from another process.
#include "06_tasks_futures/asyncio/process_pool/remote_exception.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <exception>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <typeinfo>
#include <utility>

#include "06_tasks_futures/asyncio/loop_test.hpp"
#include "06_tasks_futures/asyncio/process_pool/marshal_test.hpp"
#include "06_tasks_futures/asyncio/waiting/exception_group.hpp"

namespace asyncio {
namespace {

class MyError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

template <typename T>
struct Wrapped {};

class Interrupt : public KeyboardInterrupt {
 public:
  using KeyboardInterrupt::KeyboardInterrupt;
};

/// What arrives of `thrown`.
template <typename Error>
std::exception_ptr sent_exception(const Error& thrown) {
  Marshaller writer;
  try {
    throw thrown;
  } catch (...) {
    write_exception(writer);
  }
  const Bytes bytes = without_size(std::move(writer).finish());
  Unmarshaller reader(bytes);
  return read_exception(reader);
}

template <typename Error>
void expect_to_arrive_as_it_is(const Error& thrown) {
  try {
    std::rethrow_exception(sent_exception(thrown));
  } catch (const Error& error) {
    EXPECT_EQ(typeid(error), typeid(Error));
    EXPECT_STREQ(error.what(), thrown.what());
  } catch (...) {
    ADD_FAILURE() << typeid(Error).name() << " came as another";
  }
}

template <typename... Errors>
void expect_those_that_say_something_to_arrive() {
  (expect_to_arrive_as_it_is(Errors("what it says")), ...);
  (expect_to_arrive_as_it_is(Errors("")), ...);
}

TEST(RemoteException, StandardExceptionsStayTheSame) {
  expect_those_that_say_something_to_arrive<
      std::logic_error, std::invalid_argument, std::domain_error,
      std::length_error, std::out_of_range, std::runtime_error,
      std::range_error, std::overflow_error, std::underflow_error>();
  expect_to_arrive_as_it_is(std::exception());
  expect_to_arrive_as_it_is(std::bad_exception());
  expect_to_arrive_as_it_is(std::bad_alloc());
  expect_to_arrive_as_it_is(std::bad_array_new_length());
  expect_to_arrive_as_it_is(std::bad_cast());
  expect_to_arrive_as_it_is(std::bad_typeid());
}

TEST(RemoteException, OurExceptionsStayTheSame) {
  expect_those_that_say_something_to_arrive<
      BaseException, CancelledError, KeyboardInterrupt, GeneratorExit,
      RuntimeError, ValueError, InvalidStateError, TimeoutError, RemoteError,
      BrokenProcessPool>();
}

std::error_code code_of(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::system_error& error) {
    return error.code();
  }
}

TEST(RemoteException, ASystemErrorKeepsItsCode) {
  for (const std::error_code code :
       {std::error_code(ENOENT, std::generic_category()),
        std::error_code(ENOENT, std::system_category()),
        std::error_code(12'345, std::system_category())}) {
    expect_to_arrive_as_it_is(std::system_error(code));
    expect_to_arrive_as_it_is(std::system_error(code, "open: the file"));
    EXPECT_EQ(code_of(sent_exception(std::system_error(code))), code);
  }
}

template <typename Error>
std::string arrived_as_remote_error(const Error& thrown) {
  return message_of<RemoteError>([&] {
    std::rethrow_exception(sent_exception(thrown));
    return 0;
  });
}

TEST(RemoteException, OthersTellTheirPlainName) {
  EXPECT_EQ(arrived_as_remote_error(MyError("no")), "MyError: no");
  EXPECT_EQ(arrived_as_remote_error(MyError("")), "MyError");
  EXPECT_EQ(arrived_as_remote_error(Interrupt("no")), "Interrupt: no");
  EXPECT_EQ(arrived_as_remote_error(CustomError{7}), "CustomError");
  EXPECT_EQ(arrived_as_remote_error(7), "int");
  struct Local {};
  EXPECT_EQ(arrived_as_remote_error(Local()), "Local");
  EXPECT_EQ(arrived_as_remote_error(Wrapped<std::string_view>()).substr(0, 13),
            "Wrapped<std::");
  const ExceptionGroup group("all", {std::make_exception_ptr(1)});
  EXPECT_EQ(arrived_as_remote_error(group),
            std::string("ExceptionGroup: ") + group.what());
  const std::filesystem::filesystem_error missing(
      "open", "/there", std::make_error_code(std::errc::io_error));
  EXPECT_EQ(arrived_as_remote_error(missing),
            std::string("filesystem_error: ") + missing.what());
}

/// The errors of something that only one process may know.
class OwnCategory : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "own"; }
  [[nodiscard]] std::string message(int code) const override {
    return "error " + std::to_string(code);
  }
};

TEST(RemoteException, ASystemErrorOfAnotherCategoryIsAnother) {
  const OwnCategory category;
  EXPECT_EQ(arrived_as_remote_error(std::system_error(5, category, "doing")),
            "system_error: doing: error 5");
}

}  // namespace
}  // namespace asyncio
