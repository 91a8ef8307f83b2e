#include "read/formula/prelude.h"

namespace gradwright::formula {

std::string_view prelude() {
  return R"(# Losses: prediction p, truth y; logits z.
mse(p,y) = mean((p - y).^2)
mae(p,y) = mean(abs(p - y))
rmse(p,y) = sqrt(mean((p - y).^2))
bce(p,y) = -mean(y .* log(p) + (1 - y) .* log(1 - p))
bce_logits(z,y) = mean(softplus(z) - y .* z)
focal(p,y) = -mean(y .* (1 - p).^2 .* log(p) + (1 - y) .* p.^2 .* log(1 - p))
cross_entropy(p,y) = -sum(y .* log(p))
cross_entropy_logits(z,y) = logsumexp(z)*sum(y) - sum(y .* z)
cross_entropy_rows(P,Y) = -sum(Y .* log(P))/rows(P)
cross_entropy_logits_rows(Z,Y) = -sum(Y .* log_softmax_rows(Z))/rows(Z)
kl(p,q) = sum(p .* (log(p) - log(q)))
js(p,q) = 0.5*kl(p,(p + q)/2) + 0.5*kl(q,(p + q)/2)
entropy(p) = -sum(p .* log(p))
hinge(p,y) = mean(relu(1 - y .* p))
squared_hinge(p,y) = mean(relu(1 - y .* p).^2)
logistic_loss(z,y) = mean(softplus(-y .* z))
exponential_loss(p,y) = mean(exp(-y .* p))
huber(p,y) = 0.5*mean((p - y).^2 - relu(abs(p - y) - 1).^2)
# mean(log(cosh(p - y))), where cosh does not overflow
log_cosh(p,y) = mean(softplus(2*(p - y)) - (p - y)) - log(2)
quantile_loss(p,y,q) = mean(q*relu(y - p) + (1 - q)*relu(p - y))
poisson_nll(p,y) = mean(p - y .* log(p))
gaussian_nll(p,v,y) = 0.5*mean(log(v) + (y - p).^2 ./ v)
dice(p,y) = 1 - 2*sum(p .* y)/(sum(p) + sum(y))
triplet(a,p,n) = relu(sum((a - p).^2) - sum((a - n).^2) + 1)
l1(w) = norm1(w)
l2(w) = sum(w.^2)
elastic_net(w,a,b) = a*norm1(w) + b*sum(w.^2)
cosine(x,y) = dot(x,y)/(norm2(x)*norm2(y))

# Functions that people know by other names.
ln(x) = log(x)
log2(x) = log(x)/log(2)
log10(x) = log(x)/log(10)
std(x) = sqrt(var(x))
clamp(x,low,high) = min(max(x, low), high)
clip(x,low,high) = min(max(x, low), high)
maximum(a,b) = max(a, b)
minimum(a,b) = min(a, b)
power(a,b) = pow(a, b)
absolute(x) = abs(x)
where(c,a,b) = c .* a + (1 - c) .* b
logaddexp(a,b) = a + softplus(b - a)
logit(p) = log(p) - log(1 - p)
expit(x) = sigmoid(x)
erfc(x) = 1 - erf(x)
arcsin(x) = asin(x)
arccos(x) = acos(x)
arctan(x) = atan(x)
asinh(x) = log(x + sqrt(x.^2 + 1))
acosh(x) = log(x + sqrt(x.^2 - 1))
atanh(x) = (log1p(x) - log1p(-x))/2
arcsinh(x) = log(x + sqrt(x.^2 + 1))
arccosh(x) = log(x + sqrt(x.^2 - 1))
arctanh(x) = (log1p(x) - log1p(-x))/2
atan2(y,x) = atan(y ./ x) + pi*((x < 0) .* (2*(y >= 0) - 1))
arctan2(y,x) = atan(y ./ x) + pi*((x < 0) .* (2*(y >= 0) - 1))

# Activations.
swish(x) = x .* sigmoid(x)
mish(x) = x .* tanh(softplus(x))
softsign(x) = x ./ (1 + abs(x))
logsigmoid(x) = -softplus(-x)
hard_sigmoid(x) = min(max(x/6 + 0.5, 0), 1)
hard_tanh(x) = min(max(x, -1), 1)
relu6(x) = min(relu(x), 6)
glu(a,b) = a .* sigmoid(b)
reglu(a,b) = relu(a) .* b
geglu(a,b) = gelu(a) .* b
swiglu(a,b) = swish(a) .* b

# Layers: of one example as a column x; of a batch with an example a row, or a column.
dense(W,b,x) = W*x + b
dense_rows(W,b,X) = X*W + ones(rows(X))*b'
dense_cols(W,b,X) = W*X + b*ones(cols(X))'
residual(x,fx) = x + fx
dropout(x,mask,keep) = x .* mask/keep
bilinear(x,W,y) = x'*W*y
conv_layer(X,K,b) = conv(X,K) + b

# Normalisation.
normalize(x) = x/norm2(x)
standardize(x) = (x - mean(x))/sqrt(var(x))
layernorm(x) = (x - mean(x))/sqrt(var(x) + 0.00001)
rmsnorm(x) = x/sqrt(mean(x.^2) + 0.00001)
colvar(X) = colmean((X - ones(rows(X))*colmean(X)).^2)
rowvar(X) = rowmean((X - rowmean(X)*ones(cols(X))').^2)
batchnorm(X) = (X - ones(rows(X))*colmean(X)) ./ (ones(rows(X))*sqrt(colvar(X) + 0.00001))
layernorm_rows(X) = (X - rowmean(X)*ones(cols(X))') ./ (sqrt(rowvar(X) + 0.00001)*ones(cols(X))')
rmsnorm_rows(X) = X ./ (sqrt(rowmean(X.^2) + 0.00001)*ones(cols(X))')

# Attention: queries, keys and values are rows.
attention(Q,K,V) = softmax_rows(Q*K'/sqrt(cols(K)))*V
attention_masked(Q,K,V,M) = softmax_rows(Q*K'/sqrt(cols(K)) + M)*V
linear_attention(Q,K,V) = Q*(K'*V)

# Recurrent cells: each gate is given by its sum before the activation, gate(W,U,b,x,h).
gate(W,U,b,x,h) = W*x + U*h + b
rnn(W,U,b,x,h) = tanh(W*x + U*h + b)
lstm_c(f,i,g,c) = sigmoid(f) .* c + sigmoid(i) .* tanh(g)
lstm_h(o,c) = sigmoid(o) .* tanh(c)
gru_candidate(r,a,u) = tanh(a + sigmoid(r) .* u)
gru_h(z,n,h) = (1 - sigmoid(z)) .* n + sigmoid(z) .* h

# Schedules: factors of a learning rate at step t, counted from 1.
warmup(t,steps) = min(t/steps, 1)
cosine_decay(t,steps) = 0.5 + 0.5*cos(pi*min(t/steps, 1))
exponential_decay(t,steps,factor) = exp(log(factor)*t/steps)
inverse_decay(t,steps) = 1/(1 + t/steps)
drop(t,at,factor) = 1 - (1 - factor)*step(t - at)
# atan(1/tan(pi*x)) is pi times a half less what x is above a whole number; steps are taken at their middle, which is never whole.
step_decay(t,every,factor) = exp(log(factor)*((t - 0.5)/every - 0.5 + atan(1 ./ tan(pi*(t - 0.5)/every))/pi))
cosine_restarts(t,every) = 0.5 + 0.5*sin(atan(1 ./ tan(pi*(t - 0.5)/every)))
)";
}

}  // namespace gradwright::formula
