#include "common/load/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace load {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

double as_number(nanoseconds time) {
  return static_cast<double>(time.count());
}

TEST(Histogram, KnowsNothingAtFirst) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.max(), 0ns);
  EXPECT_EQ(histogram.percentile(0.5), 0ns);
}

TEST(Histogram, IsExactForSmallValues) {
  Histogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.record(nanoseconds(i));
  EXPECT_EQ(histogram.percentile(0), 1ns);
  EXPECT_EQ(histogram.percentile(0.01), 1ns);
  EXPECT_EQ(histogram.percentile(0.5), 50ns);
  EXPECT_EQ(histogram.percentile(0.99), 99ns);
  EXPECT_EQ(histogram.percentile(0.991), 100ns);
  EXPECT_EQ(histogram.percentile(1), 100ns);
}

TEST(Histogram, OneValueIsEveryPercentileAndExact) {
  Histogram histogram;
  histogram.record(123'456'789ns);
  for (const double share : {0.0, 0.5, 0.999, 1.0}) {
    EXPECT_EQ(histogram.percentile(share), 123'456'789ns);
  }
  EXPECT_EQ(histogram.max(), 123'456'789ns);
}

TEST(Histogram, IsNeverTooLowAndLessThanOnePercentTooHigh) {
  for (double value = 1; value < 9e18; value *= 1.003) {
    Histogram histogram;
    const nanoseconds exact(static_cast<std::int64_t>(value));
    histogram.record(exact);
    histogram.record(nanoseconds::max());
    EXPECT_GE(histogram.percentile(0.5), exact);
    EXPECT_LT(as_number(histogram.percentile(0.5)), 1.01 * as_number(exact));
  }
}

TEST(Histogram, KeepsNeighboursOfEveryPowerOfTwoInOrder) {
  for (int power = 1; power < 62; ++power) {
    const nanoseconds at(std::int64_t{1} << power);
    for (const nanoseconds value : {at - 1ns, at, at + 1ns}) {
      Histogram histogram;
      histogram.record(value);
      histogram.record(nanoseconds::max());
      EXPECT_GE(histogram.percentile(0.5), value);
      EXPECT_LE(as_number(histogram.percentile(0.5)), 1.008 * as_number(value));
    }
  }
}

TEST(Histogram, TakesWhatIsBelowZeroForZero) {
  Histogram histogram;
  histogram.record(-5ns);
  EXPECT_EQ(histogram.max(), 0ns);
  EXPECT_EQ(histogram.count(), 1U);
}

TEST(Histogram, GivesThePercentilesOfAKnownDistribution) {
  std::mt19937_64 random(1);
  std::exponential_distribution<double> exponential(1e-5);  // a mean of 100 us
  Histogram histogram;
  std::vector<nanoseconds> all;
  for (int i = 0; i < 100'000; ++i) {
    all.emplace_back(static_cast<std::int64_t>(exponential(random)));
    histogram.record(all.back());
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(histogram.count(), all.size());
  EXPECT_EQ(histogram.max(), all.back());
  for (const double share : {0.5, 0.9, 0.99, 0.999}) {
    const double at = std::ceil(share * static_cast<double>(all.size())) - 1;
    const double exact = as_number(all[static_cast<std::size_t>(at)]);
    EXPECT_GE(as_number(histogram.percentile(share)), exact);
    EXPECT_LT(as_number(histogram.percentile(share)), 1.01 * exact);
  }
}

}  // namespace
}  // namespace load
