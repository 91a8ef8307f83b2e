// The question's network, one SGD step a sample, as a person would write it for speed: parameters in local variables over all steps, no
// loops, the exponential by range reduction and a polynomial (error below 2 ulp on the range a sigmoid needs) so that nothing is called.
#include <cstdint>
#include <cstring>

inline float exponential(float x) {
  x = x > 88.0f ? 88.0f : x < -87.0f ? -87.0f : x;
  const float n = (x * 1.44269504f + 12582912.0f) - 12582912.0f;
  const float r = (x - n * 0.693145752f) - n * 1.42860677e-6f;
  const float r2 = r * r;
  const float low = 1.0f + r, high = 0.5f + r * 0.166666672f;
  const float top = 0.0416666418f + r * (0.00833336823f + r * 0.00139304355f);
  const float p = low + r2 * (high + r2 * top);
  const std::int32_t bits = (static_cast<std::int32_t>(n) + 127) << 23;
  float scale;
  std::memcpy(&scale, &bits, sizeof scale);
  return p * scale;
}

extern "C" void question_steps(float* w, const float* data, long long steps);
extern "C" void question_steps(float* w, const float* data, long long steps) {
  float a = w[0], b = w[1], c = w[2], d = w[3], e = w[4], f = w[5];
  float p = w[6], q = w[7], r = w[8], s = w[9], t = w[10], u = w[11];
  const float rate = 0.01f;
  for (; steps > 0; --steps, data += 4) {
    const float x0 = data[0], x1 = data[1], y0 = data[2], y1 = data[3];
    const float z0 = a * x0 + d * x1, z1 = b * x0 + e * x1, z2 = c * x0 + f * x1;
    const float h0 = z0 > 0 ? z0 : 0, h1 = z1 > 0 ? z1 : 0, h2 = z2 > 0 ? z2 : 0;
    const float o0 = 1 / (1 + exponential(-(p * h0 + r * h1 + t * h2)));
    const float o1 = 1 / (1 + exponential(-(q * h0 + s * h1 + u * h2)));
    const float d0 = rate * (o0 - y0) * (o0 * (1 - o0)), d1 = rate * (o1 - y1) * (o1 * (1 - o1));
    // Masks, not branches: the signs of random data cannot be foretold.
    const float m0 = z0 > 0 ? 1.0f : 0.0f, m1 = z1 > 0 ? 1.0f : 0.0f, m2 = z2 > 0 ? 1.0f : 0.0f;
    const float g0 = m0 * (p * d0 + q * d1), g1 = m1 * (r * d0 + s * d1), g2 = m2 * (t * d0 + u * d1);
    p -= d0 * h0, q -= d1 * h0, r -= d0 * h1, s -= d1 * h1, t -= d0 * h2, u -= d1 * h2;
    a -= g0 * x0, b -= g1 * x0, c -= g2 * x0, d -= g0 * x1, e -= g1 * x1, f -= g2 * x1;
  }
  w[0] = a, w[1] = b, w[2] = c, w[3] = d, w[4] = e, w[5] = f;
  w[6] = p, w[7] = q, w[8] = r, w[9] = s, w[10] = t, w[11] = u;
}
