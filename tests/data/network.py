"""A network with one hidden layer, trained on batches."""
from __future__ import annotations

import numpy as np


class Network:
    """y = tanh(X W1 + b1) W2 + b2, with weights for rows of samples."""

    def __init__(self, n: int, h: int, k: int, rate: float = 0.1) -> None:
        self.W1 = np.random.randn(n, h) * 0.01
        self.b1 = np.zeros((1, h))
        self.W2 = np.random.randn(h, k) * 0.01
        self.b2 = np.zeros((1, k))
        self.rate = rate

    def forward(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        # one row a sample
        Z1 = X @ self.W1 + self.b1
        A1 = np.tanh(Z1)
        Z2 = A1 @ self.W2 + self.b2
        return A1, Z2

    def backward(self, X: np.ndarray, Y: np.ndarray):
        """Gradients of 1/(2m) |Z2 - Y|^2."""
        m = X.shape[0]
        A1, Z2 = self.forward(X)
        dZ2 = (Z2 - Y) / m  # right
        dW2 = A1.T @ dZ2  # right
        db2 = np.sum(dZ2, axis=0, keepdims=True)  # right
        dA1 = np.dot(dZ2, self.W2.T)
        dZ1 = dA1 * (1 - A1 ** 2)  # right
        dW1, db1 = X.T @ dA1, dZ1.sum(axis=0)  # wrong
        return dW1, db1, dW2, db2

    def step(self, X, Y):
        dW1, db1, dW2, db2 = self.backward(X, Y)
        self.W1 -= self.rate * dW1
        self.W2 -= self.rate * dW2


if __name__ == "__main__":
    network = Network(4, 8, 2)
    for epoch in range(10):
        X, Y = np.random.rand(16, 4), np.random.rand(16, 2)
        network.step(X, Y)
        print(f"epoch {epoch}: {np.mean((network.forward(X)[1] - Y) ** 2):.4f}")
