// The parser of graphs on any bytes: refused with a place in the text, or printed and read again to the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "ir/print.h"
#include "ir/verify.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gradwright;
  constexpr std::size_t most = 4096;
  if (size > most) return 0;
  Pool pool;
  const auto roots = parsed_graph(Text("fuzz", std::string(reinterpret_cast<const char*>(data), size)), pool);
  if (!roots) {
    require(roots.error().code == "G0509" && !roots.error().message.empty());
    require(roots.error().span.begin <= size && roots.error().span.end <= size);
    return 0;
  }
  for (const Expr e : reachable(pool, *roots)) require(is_canonical(pool, pool[e]));
  const std::string text = graph_text(pool, *roots);
  const auto same = parsed_graph(Text("fuzz", text), pool);
  require(same.has_value() && *same == *roots);
  Pool fresh;
  const auto again = parsed_graph(Text("fuzz", text), fresh);
  require(again.has_value() && graph_text(fresh, *again) == text);
  return 0;
}
