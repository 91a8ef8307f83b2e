#include "read/formula/prelude.h"

namespace gradwright::formula {

std::string_view prelude() {
  return R"(# Losses: prediction p, truth y.
mse(p,y) = mean((p - y).^2)
mae(p,y) = mean(abs(p - y))
bce(p,y) = -mean(y .* log(p) + (1 - y) .* log(1 - p))
bce_logits(z,y) = mean(softplus(z) - y .* z)
cross_entropy(p,y) = -sum(y .* log(p))
cross_entropy_logits(z,y) = logsumexp(z)*sum(y) - sum(y .* z)
kl(p,q) = sum(p .* (log(p) - log(q)))
entropy(p) = -sum(p .* log(p))
hinge(p,y) = mean(relu(1 - y .* p))
huber(p,y) = mean(0.5*min(abs(p - y), 1).^2 + relu(abs(p - y) - 1))
l1(w) = norm1(w)
l2(w) = sum(w.^2)
cosine(x,y) = dot(x,y)/(norm2(x)*norm2(y))

# Activations and layers.
swish(x) = x .* sigmoid(x)
mish(x) = x .* tanh(softplus(x))
normalize(x) = x/norm2(x)
standardize(x) = (x - mean(x))/sqrt(var(x))
dense(W,b,x) = W*x + b
layernorm(x) = (x - mean(x))/sqrt(var(x) + 0.00001)
rmsnorm(x) = x/sqrt(mean(x.^2) + 0.00001)
colvar(X) = colmean((X - ones(rows(X))*colmean(X)).^2)
rowvar(X) = rowmean((X - rowmean(X)*ones(cols(X))').^2)
batchnorm(X) = (X - ones(rows(X))*colmean(X)) ./ (ones(rows(X))*sqrt(colvar(X) + 0.00001))
layernorm_rows(X) = (X - rowmean(X)*ones(cols(X))') ./ (sqrt(rowvar(X) + 0.00001)*ones(cols(X))')
attention(Q,K,V) = softmax_rows(Q*K'/sqrt(cols(K)))*V
)";
}

}  // namespace gradwright::formula
