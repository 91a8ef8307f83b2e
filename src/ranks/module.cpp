// The module gradwright_mpi: bytes between the ranks of a job, by MPI. A fault of MPI ends the job (MPI_ERRORS_ARE_FATAL).
#define OMPI_SKIP_MPICXX 1
#define MPICH_SKIP_MPICXX 1
#include <mpi.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <vector>

#include "ranks/abi.h"

#define GRADWRIGHT_EXPORT __attribute__((visibility("default")))

namespace gradwright::ranks {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 30U;  // MPI counts in int

std::map<int, std::vector<MPI_Request>>& lanes() {
  static std::map<int, std::vector<MPI_Request>> all;
  return all;
}

/// Calls each(offset, bytes) for runs that MPI can count; the same runs on both sides.
template <class Each>
void in_runs(std::size_t count, const Each& each) {
  for (std::size_t begin = 0; begin < count; begin += most_bytes)
    each(begin, static_cast<int>(std::min(most_bytes, count - begin)));
}

}  // namespace
}  // namespace gradwright::ranks

using namespace gradwright::ranks;

extern "C" {

GRADWRIGHT_EXPORT int gradwright_mpi_start(int* rank, int* size, Message* message) {
  int given = 0;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &given) != MPI_SUCCESS) {
    std::snprintf(message->text, sizeof message->text, "MPI_Init_thread failed");
    return 0;
  }
  MPI_Comm_rank(MPI_COMM_WORLD, rank);
  MPI_Comm_size(MPI_COMM_WORLD, size);
  return 1;
}

GRADWRIGHT_EXPORT void gradwright_mpi_send(int lane, int to, const void* bytes, std::size_t count) {
  in_runs(count, [&](std::size_t begin, int run) {
    MPI_Request& request = lanes()[lane].emplace_back();
    MPI_Isend(static_cast<const char*>(bytes) + begin, run, MPI_BYTE, to, lane, MPI_COMM_WORLD, &request);
  });
}

GRADWRIGHT_EXPORT void gradwright_mpi_receive(int lane, int from, void* bytes, std::size_t count) {
  in_runs(count, [&](std::size_t begin, int run) {
    MPI_Request& request = lanes()[lane].emplace_back();
    MPI_Irecv(static_cast<char*>(bytes) + begin, run, MPI_BYTE, from, lane, MPI_COMM_WORLD, &request);
  });
}

GRADWRIGHT_EXPORT int gradwright_mpi_settled(int lane, int wait) {
  std::vector<MPI_Request>& requests = lanes()[lane];
  const int count = static_cast<int>(requests.size());
  int done = 1;
  if (wait != 0) {
    MPI_Waitall(count, requests.data(), MPI_STATUSES_IGNORE);
  } else {
    MPI_Testall(count, requests.data(), &done, MPI_STATUSES_IGNORE);
  }
  if (done != 0) requests.clear();
  return done;
}

GRADWRIGHT_EXPORT void gradwright_mpi_abort(int code) {
  MPI_Abort(MPI_COMM_WORLD, code);
  std::_Exit(code);
}

GRADWRIGHT_EXPORT void gradwright_mpi_finish() { MPI_Finalize(); }

}  // extern "C"
