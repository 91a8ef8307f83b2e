// The functions of the module gradwright_mpi, which is loaded when a process is one rank of several: it alone needs MPI.
#pragma once

#include <cstddef>

namespace gradwright::ranks {

/// Where a failing call says why; always ends in 0.
struct Message {
  char text[512];
};

extern "C" {

/// Joins the job; 0 where that fails.
using StartFunction = int(int* rank, int* size, Message*);
/// Both return at once; the bytes must stay until `settled` of the lane. What is sent on a lane is received on that lane, in order.
using SendFunction = void(int lane, int to, const void* bytes, std::size_t count);
using ReceiveFunction = void(int lane, int from, void* bytes, std::size_t count);
/// Whether all of the lane has been sent and received. `wait`: not before it has.
using SettledFunction = int(int lane, int wait);
/// Ends the whole job with this exit code; does not return.
using AbortFunction = void(int code);
/// Leaves the job; waits for the other ranks.
using FinishFunction = void();

}  // extern "C"

}  // namespace gradwright::ranks
