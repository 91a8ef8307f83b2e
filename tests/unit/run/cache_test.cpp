// Compiled files on disk: found again, damaged, shared by processes, out of reach; and machines without a compiler.
#include "run/cache.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <fstream>

#include "ir/make.h"
#include "lower/lower.h"
#include "run/compiled_plans.h"

using namespace gradwright;
using namespace gradwright::running;
namespace fs = std::filesystem;

namespace {

constexpr const char* text = "double twice(double x); double twice(double x) { return 2 * x; }\n";

double twice(const Executable& executable, double x) {
  return reinterpret_cast<double (*)(double)>(executable.function("twice"))(x);
}

CompileOptions options_in(const fs::path& directory) {
  CompileOptions options;
  options.optimisation = 1;
  options.cache = directory / "cache";
  return options;
}

std::vector<fs::path> files_in(const fs::path& directory) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory)) files.push_back(entry.path());
  return files;
}

}  // namespace

TEST_CASE("the second compilation is found on disk; other text and other flags are not") {
  const ScratchDirectory scratch("");
  CompileOptions options = options_in(scratch.path());
  const auto first = Executable::of(text, options);
  REQUIRE(first.has_value());
  CHECK_FALSE(first->came_from_cache());
  const auto second = Executable::of(text, options);
  REQUIRE(second.has_value());
  CHECK(second->came_from_cache());
  CHECK(twice(*second, 21) == 42);
  CHECK(second->function("thrice") == nullptr);
  CHECK_FALSE(Executable::of(std::string(text) + " ", options)->came_from_cache());
  options.flags = {"-DX"};
  CHECK_FALSE(Executable::of(text, options)->came_from_cache());
  CHECK(files_in(options.cache).size() == 3);  // nothing but what is kept
}

TEST_CASE("a damaged file is compiled anew, whatever was done to it") {
  const ScratchDirectory scratch("");
  const CompileOptions options = options_in(scratch.path());
  REQUIRE(Executable::of(text, options).has_value());
  const std::vector<fs::path> files = files_in(options.cache);
  REQUIRE(files.size() == 1);
  std::ifstream in(files[0], std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  std::string flipped = whole;
  flipped[whole.size() / 2] = static_cast<char>(flipped[whole.size() / 2] ^ 1);
  for (const std::string& damaged :
       {flipped, whole.substr(0, whole.size() / 2), whole + "x", std::string(), std::string("no library")}) {
    fs::remove(files[0]);
    std::ofstream(files[0], std::ios::binary) << damaged;
    const auto again = Executable::of(text, options);
    REQUIRE(again.has_value());
    CHECK_FALSE(again->came_from_cache());
    CHECK(twice(*again, 2) == 4);
    CHECK(Executable::of(text, options)->came_from_cache());
  }
}

TEST_CASE("processes that compile the same at the same time all get it") {
  const ScratchDirectory scratch("");
  const CompileOptions options = options_in(scratch.path());
  std::vector<pid_t> children;
  for (int i = 0; i < 6; ++i) {
    const pid_t child = fork();
    if (child == 0) {
      const auto executable = Executable::of(text, options);
      _exit(executable && twice(*executable, i) == 2 * i ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }
  CHECK(files_in(options.cache).size() == 1);
}

TEST_CASE("a directory that others may write into is not used") {
  const ScratchDirectory scratch("");
  CompileOptions options = options_in(scratch.path());
  fs::create_directory(options.cache);
  fs::permissions(options.cache, fs::perms::all);
  const auto executable = Executable::of(text, options);
  REQUIRE(executable.has_value());
  CHECK(twice(*executable, 1) == 2);
  CHECK(files_in(options.cache).empty());
}

TEST_CASE("without a compiler plans are interpreted, with a note") {
  Pool pool;
  const Expr x = make_input(pool, {"x", Role::data, Property::none, {pool.dims().symbol("n"), pool.dims().one()}});
  Computation computation;
  computation.outputs = {{"f", make_einsum(pool, {}, {{x, {0}}, {x, {0}}}, {pool.dims().symbol("n")})}};
  computation.inputs = {x};
  const auto plan = plan_for(pool, computation, {{"n", 3}});
  REQUIRE(plan.has_value());
  CompileOptions options;
  options.backend = Backend::c;
  options.compiler = "/nowhere/cc";
  const auto plans = CompiledPlans<float>::of({{*plan, {plan->inputs[0]}}}, options);
  REQUIRE(plans.note().has_value());
  CHECK(plans.note()->code == "G0512");
  Workspace<float> workspace(plan->workspace);
  const std::vector<float> data{9, 9, 9, 1, 2, 3};
  CHECK(plans.ran(0, workspace.span(), data, 2));
  CHECK(workspace[(*plan)[plan->outputs[0]]][0] == 14);
  CHECK_FALSE(plans.ran(0, workspace.span(), data, 3));
  CHECK_FALSE(plans.ran(0, workspace.span().first(1), data, 2));
  const auto refused = Executable::of("int main(", {});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().message.find("error") != std::string::npos);
}
