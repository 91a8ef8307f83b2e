#include "width.h"

#include <gradwright/diagnostic.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace gradwright::cli {

std::size_t terminal_width(int descriptor) {
  constexpr std::size_t least = 20, most = 10'000;
  std::size_t columns = 0;
  if (const char* given = std::getenv("COLUMNS"); given != nullptr) {
    const char* end = given + std::strlen(given);
    if (const auto [stop, fault] = std::from_chars(given, end, columns); fault != std::errc{} || stop != end)
      columns = 0;
  }
  winsize size{};
  if (columns == 0 && ioctl(descriptor, TIOCGWINSZ, &size) == 0) columns = size.ws_col;
  return std::clamp(columns == 0 ? gw::Style().width : columns, least, most);
}

}  // namespace gradwright::cli
