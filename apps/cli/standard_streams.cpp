#include "standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "commands.h"
#include "width.h"

namespace gradwright::cli {
namespace {

bool wants_unicode() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view text(value);
    return text.find("UTF-8") != std::string_view::npos || text.find("utf8") != std::string_view::npos;
  }
  return true;
}

}  // namespace

gw::Style style_for(int descriptor, const std::string& colour) {
  gw::Style style;
  const char* refused = std::getenv("NO_COLOR");
  const bool automatic = isatty(descriptor) != 0 && (refused == nullptr || *refused == '\0');
  style.colour = colour == "always" || (colour == "auto" && automatic);
  style.unicode = wants_unicode();
  style.width = terminal_width(descriptor);
  return style;
}

void hold_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) != -1) continue;
    const int taken = open(descriptor == STDIN_FILENO ? "/dev/null" : "/dev/full", O_RDWR);
    if (taken != -1 && taken != descriptor) close(taken);
  }
}

int written(int code) {
  std::cout.flush();
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout.good()) return code;
  std::fputs("error[G0508]: the output could not be written\n  = help: check the disk, or where the output goes\n",
             stderr);
  return environment_fault;
}

}  // namespace gradwright::cli
