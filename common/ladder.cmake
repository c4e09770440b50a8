# How everything here is built. Each chapter includes this file, so that it configures alone
# (cmake -S 03_selectors_callbacks) just as it does with the others.

include_guard(GLOBAL)
include(FetchContent)

set(ECHO_LADDER_ROOT ${CMAKE_CURRENT_LIST_DIR}/..)
cmake_path(NORMAL_PATH ECHO_LADDER_ROOT)
set(ECHO_LADDER_VERSION 0.1.0)
set(ECHO_LADDER_CHAPTERS 01_blocking 02_select 03_selectors_callbacks 04_generators_round_robin
    05_coroutines 06_tasks_futures)
option(BUILD_TESTING "Build the tests and the benchmarks" ON)
set(ECHO_LADDER_SANITIZERS "" CACHE STRING "What -fsanitize= is given: address,undefined or thread")

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo or MinSizeRel" FORCE)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

enable_testing()

# Libraries: the system's where it has them, else fetched at a pinned version.
find_package(Threads REQUIRED)
find_package(Python3 3.9 COMPONENTS Interpreter QUIET)  # for some of the checks
set(CLI11_INSTALL OFF)
FetchContent_Declare(CLI11
  URL https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.3.2.tar.gz
  URL_HASH SHA256=aac0ab42108131ac5d3344a9db0fdf25c4db652296641955720a4fbe52334e22
  SYSTEM
  FIND_PACKAGE_ARGS 2.1)
FetchContent_MakeAvailable(CLI11)
if(BUILD_TESTING)
  set(INSTALL_GTEST OFF)
  set(BENCHMARK_ENABLE_INSTALL OFF)
  set(BENCHMARK_ENABLE_TESTING OFF)
  FetchContent_Declare(googletest
    URL https://github.com/google/googletest/archive/refs/tags/v1.14.0.tar.gz
    URL_HASH SHA256=8ad598c73ad796e0d8280b082cebd82a630d73e73cd3c70057938a6501bba5d7
    SYSTEM
    FIND_PACKAGE_ARGS 1.12 NAMES GTest)
  FetchContent_Declare(benchmark
    URL https://github.com/google/benchmark/archive/refs/tags/v1.8.3.tar.gz
    URL_HASH SHA256=6bc180a57d23d4d9515519f92b0c83d61b05b5bab188961f36ac7b06b0d9e9ce
    SYSTEM
    FIND_PACKAGE_ARGS 1.7)
  FetchContent_MakeAvailable(googletest benchmark)
  include(GoogleTest)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion
                    "$<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast;-Wnon-virtual-dtor;-Woverloaded-virtual>")
if(ECHO_LADDER_SANITIZERS)
  # Not vptr: it opens a pipe for each look, and fails where a test leaves no descriptors.
  add_compile_options(-fsanitize=${ECHO_LADDER_SANITIZERS} -fno-sanitize=vptr -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${ECHO_LADDER_SANITIZERS})
endif()

# The standard headers that most sources include, compiled once: that is half of what most of them
# take. (Only with -D CMAKE_DISABLE_PRECOMPILE_HEADERS=ON is it seen whether each includes its own.)
set(ECHO_LADDER_HEADERS <algorithm> <array> <atomic> <cerrno> <chrono> <coroutine> <cstdint> <cstdio>
    <exception> <functional> <map> <memory> <mutex> <optional> <span> <stdexcept> <string>
    <system_error> <thread> <utility> <vector>)
file(TOUCH ${CMAKE_BINARY_DIR}/headers.cpp)
add_library(common.headers OBJECT ${CMAKE_BINARY_DIR}/headers.cpp)
target_precompile_headers(common.headers PRIVATE ${ECHO_LADDER_HEADERS})

# What is tested is optimised, the tests themselves are not: that halves the time to compile them.
set(ECHO_LADDER_TEST_OPTIONS $<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:GNU>>:-Og>)

# What the tests labelled "threads" need: all that ThreadSanitizer has to look at.
add_custom_target(with_threads)

# What `./ladder bench` needs: every chapter's servers, and what common/load adds.
add_custom_target(bench)

# The name under which a folder's target is known: 01_blocking.echo_server, common.net.
function(ladder_target_name NAME RESULT)
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY ${ECHO_LADDER_ROOT}
             OUTPUT_VARIABLE folder)
  string(REPLACE "/" "." prefix "${folder}")
  set(${RESULT} ${prefix}.${NAME} PARENT_SCOPE)
endfunction()

# ladder_needs(CHAPTER): a chapter on which this one stands, for when this one is built alone.
function(ladder_needs CHAPTER)
  if(PROJECT_IS_TOP_LEVEL)
    add_subdirectory(${ECHO_LADDER_ROOT}/${CHAPTER} ${CHAPTER})
  endif()
endfunction()

# ladder_library(TARGET SOURCES ... HEADERS ... LIBRARIES ...)
# Headers are listed so that each can be compiled alone: target all_verify_interface_header_sets.
function(ladder_library TARGET)
  cmake_parse_arguments(ARG "" "" "SOURCES;HEADERS;LIBRARIES" ${ARGN})
  add_library(${TARGET} STATIC ${ARG_SOURCES})
  target_sources(${TARGET} PUBLIC FILE_SET HEADERS BASE_DIRS ${ECHO_LADDER_ROOT}
                                  FILES ${ARG_HEADERS})
  target_link_libraries(${TARGET} PUBLIC ${ARG_LIBRARIES} Threads::Threads)
  target_precompile_headers(${TARGET} REUSE_FROM common.headers)
endfunction()

# ladder_program(NAME SOURCES ... LIBRARIES ...): an executable that is called NAME in the folder's
# place of the build tree.
function(ladder_program NAME)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBRARIES" ${ARGN})
  ladder_target_name(${NAME} target)
  add_executable(${target} ${ARG_SOURCES})
  set_target_properties(${target} PROPERTIES OUTPUT_NAME ${NAME})
  target_include_directories(${target} PRIVATE ${ECHO_LADDER_ROOT})
  target_link_libraries(${target} PRIVATE ${ARG_LIBRARIES} Threads::Threads)
  if(NOT ARG_SOURCES MATCHES "\\.c(;|$)")
    target_precompile_headers(${target} REUSE_FROM common.headers)
  endif()
  if(NAME MATCHES "^echo_server")
    add_dependencies(bench ${target})
  endif()
endfunction()

# ladder_example(NAME [LIBRARIES ...]): NAME.cpp is a program that prints NAME.txt, as its twin
# NAME.py does if there is one; common/twins says how that is tested.
function(ladder_example NAME)
  cmake_parse_arguments(ARG "" "" "LIBRARIES" ${ARGN})
  ladder_program(${NAME} SOURCES ${NAME}.cpp LIBRARIES ${ARG_LIBRARIES})
  set(expected ${CMAKE_CURRENT_SOURCE_DIR}/${NAME}.txt)
  if(NOT EXISTS ${expected})
    message(FATAL_ERROR "ladder_example(${NAME}) needs ${expected}: what the example prints")
  endif()
  if(NOT BUILD_TESTING OR NOT Python3_FOUND)
    return()
  endif()
  ladder_target_name(${NAME} target)
  add_test(NAME example.${target}
    COMMAND ${Python3_EXECUTABLE} -B ${ECHO_LADDER_ROOT}/common/twins/twins.py
            $<TARGET_FILE:${target}> ${expected})
  set_tests_properties(example.${target} PROPERTIES TIMEOUT 60 ENVIRONMENT ECHO_LADDER_SECOND=0.05)
endfunction()

# ladder_trap(NAME [LIBRARIES ...]): the folder NAME has two programs: bad.cpp fails as its first line
# says, good.cpp does what bad.cpp was to do. Neither belongs to the build: common/traps compiles
# them, with the build's own flags.
function(ladder_trap NAME)
  if(NOT BUILD_TESTING OR NOT Python3_FOUND)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "LIBRARIES" ${ARGN})
  get_directory_property(flags COMPILE_OPTIONS)
  string(REGEX REPLACE "\\$<\\$<COMPILE_LANGUAGE:CXX>:([^>]*)>" "\\1" flags "${flags}")
  separate_arguments(own_flags UNIX_COMMAND "${CMAKE_CXX_FLAGS}")
  list(TRANSFORM ARG_LIBRARIES REPLACE "(.+)" "$<TARGET_FILE:\\1>")
  ladder_target_name(${NAME} target)
  add_test(NAME trap.${target}
    COMMAND ${Python3_EXECUTABLE} -B ${ECHO_LADDER_ROOT}/common/traps/check_trap.py
            --compiler "${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}"
            ${CMAKE_CURRENT_SOURCE_DIR}/${NAME} ${ARG_LIBRARIES}
            -- ${CMAKE_CXX_COMPILER} -std=c++20 ${own_flags} ${flags} -Werror=unused-result
               -Werror=unused-value -I${ECHO_LADDER_ROOT})
  set_tests_properties(trap.${target} PROPERTIES TIMEOUT 120 SKIP_RETURN_CODE 77)
endfunction()

# ladder_test(NAME [LIBRARIES ...] [LABELS ...]): NAME.cpp is a GoogleTest program; each of its tests is
# ctest's, with these labels. Under a sanitizer the whole program is one: to start it takes long.
function(ladder_test NAME)
  if(NOT BUILD_TESTING)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "LIBRARIES;LABELS" ${ARGN})
  if(ARG_LABELS)
    list(PREPEND ARG_LABELS LABELS)
  endif()
  ladder_program(${NAME} SOURCES ${NAME}.cpp LIBRARIES ${ARG_LIBRARIES} GTest::gmock GTest::gtest_main)
  ladder_target_name(${NAME} target)
  target_precompile_headers(${target} REUSE_FROM common.test_headers)
  target_compile_options(${target} PRIVATE ${ECHO_LADDER_TEST_OPTIONS})
  if(ECHO_LADDER_SANITIZERS)
    add_test(NAME ${target} COMMAND ${target})
    set_tests_properties(${target} PROPERTIES TIMEOUT 300 ${ARG_LABELS})
  else()
    cmake_path(GET CMAKE_CURRENT_SOURCE_DIR FILENAME folder)
    gtest_discover_tests(${target} TEST_PREFIX ${folder}. DISCOVERY_TIMEOUT 60
                         PROPERTIES TIMEOUT 120 ${ARG_LABELS})
  endif()
  if("threads" IN_LIST ARG_LABELS)
    add_dependencies(with_threads ${target})
  endif()
endfunction()

# ladder_test_again(NAME SUFFIX ... ENVIRONMENT ...): the test NAME once more, in another environment,
# as a single test.
function(ladder_test_again NAME)
  if(NOT BUILD_TESTING)
    return()
  endif()
  cmake_parse_arguments(ARG "" "SUFFIX" "ENVIRONMENT" ${ARGN})
  ladder_target_name(${NAME} target)
  add_test(NAME ${target}${ARG_SUFFIX} COMMAND ${target})
  set_tests_properties(${target}${ARG_SUFFIX} PROPERTIES TIMEOUT 300 ENVIRONMENT "${ARG_ENVIRONMENT}")
endfunction()

# ladder_needs_io_uring(TEST...): these are skipped where the kernel refuses it, as in many containers.
function(ladder_needs_io_uring)
  if(BUILD_TESTING)
    set_tests_properties(${ARGN} PROPERTIES
      SKIP_REGULAR_EXPRESSION "io_uring: (this kernel|forbidden)")
  endif()
endfunction()

# ladder_bench(NAME [LIBRARIES ...]): NAME.cpp is a Google Benchmark program. Run by hand; ctest only
# sees whether each benchmark still works, by running it for an instant. None under a sanitizer.
function(ladder_bench NAME)
  if(NOT BUILD_TESTING OR ECHO_LADDER_SANITIZERS)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "LIBRARIES" ${ARGN})
  ladder_program(${NAME} SOURCES ${NAME}.cpp LIBRARIES ${ARG_LIBRARIES} common.bench_main)
  ladder_target_name(${NAME} target)
  add_test(NAME ${target} COMMAND ${target} --benchmark_min_time=0)
  set_tests_properties(${target} PROPERTIES TIMEOUT 120 FAIL_REGULAR_EXPRESSION "ERROR OCCURRED")
endfunction()

# ladder_contract(NAME [SUFFIX ...] [ARGUMENTS ...] [OPTIONS ...] [LABELS ...]): passes the server
# NAME through common/contract, its quick part and its slow part. SUFFIX tells several apart;
# ARGUMENTS are the contract's, OPTIONS the server's, LABELS ctest's.
function(ladder_contract NAME)
  if(NOT BUILD_TESTING)
    return()
  endif()
  cmake_parse_arguments(ARG "" "SUFFIX" "ARGUMENTS;OPTIONS;LABELS" ${ARGN})
  ladder_target_name(${NAME} target)
  if(ECHO_LADDER_SANITIZERS)
    list(APPEND ARG_ARGUMENTS --no-memory-limits)  # a sanitizer's own memory breaks them
  endif()
  set(command contract --command-line ${ARG_ARGUMENTS})
  set(server -- $<TARGET_FILE:${target}> --port {port} ${ARG_OPTIONS})
  add_test(NAME contract.${target}${ARG_SUFFIX} COMMAND ${command} ${server})
  add_test(NAME contract.${target}${ARG_SUFFIX}.slow COMMAND ${command} --slow ${server})
  set_tests_properties(contract.${target}${ARG_SUFFIX} contract.${target}${ARG_SUFFIX}.slow
                       PROPERTIES TIMEOUT 300 LABELS "contract;${ARG_LABELS}")
  set_property(TEST contract.${target}${ARG_SUFFIX}.slow APPEND PROPERTY LABELS slow)
  if("threads" IN_LIST ARG_LABELS)
    add_dependencies(with_threads ${target} contract)
  endif()
endfunction()

add_subdirectory(${ECHO_LADDER_ROOT}/common common)
