"""Block Krylov iteration in NumPy: what the fit is compared with. Reads one command a line and answers each with one line of JSON."""
import json
import sys
import time

import numpy as np


def block_krylov(matrix, rank, block, passes, seed, after_pass=None):
    """The leading triplets from a block Krylov space with full orthogonalisation, extracted once, at the end."""
    rows, columns = matrix.shape
    x = np.linalg.qr(np.random.default_rng(seed).standard_normal((columns, block)))[0]
    basis = np.empty((columns, passes * block), order="F")
    images = np.empty((rows, passes * block), dtype=matrix.dtype, order="F")
    for p in range(passes):
        end = (p + 1) * block
        basis[:, p * block:end] = x
        y = matrix @ x.astype(matrix.dtype)
        images[:, p * block:end] = y
        if after_pass is not None and after_pass(end, basis, images):
            return p + 1
        if p + 1 < passes:
            z = (matrix.T @ y).astype(np.float64)
            known = basis[:, :end]
            z -= known @ (known.T @ z)
            z -= known @ (known.T @ z)
            x = np.linalg.qr(z)[0]
    return None if after_pass is not None else extract(rank, basis, images)


def extract(rank, basis, images):
    wide = images.astype(np.float64, copy=False)
    values, vectors = np.linalg.eigh(wide.T @ wide)
    vectors = vectors[:, ::-1][:, :rank]
    sigma = np.sqrt(np.maximum(values[::-1][:rank], 0))
    return (wide @ vectors) / np.maximum(sigma, 1e-300), sigma, basis @ vectors


class Peer:
    def load(self, path, rows, columns):
        self.single = np.fromfile(path, dtype=np.float32).reshape(rows, columns)
        self.double = self.single.astype(np.float64)
        self.energy = float((self.double**2).sum())
        return {"numpy": np.__version__}

    def values(self):
        """All singular values of LAPACK's gesdd, and the time it takes without vectors."""
        start = time.perf_counter()
        values = np.linalg.svd(self.double, compute_uv=False)
        return {"seconds": time.perf_counter() - start, "tails": np.sqrt(np.append(np.cumsum(values[::-1] ** 2)[::-1], 0) / self.energy).tolist()}

    def svd(self):
        start = time.perf_counter()
        np.linalg.svd(self.double, full_matrices=False)
        return {"seconds": time.perf_counter() - start}

    def error(self, right):
        orthonormal = np.linalg.qr(right)[0]
        return float(np.sqrt(max(0.0, self.energy - ((self.double @ orthonormal) ** 2).sum()) / self.energy))

    def passes_to(self, matrix, rank, block, target, most):
        def reached(end, basis, images):
            return end >= rank and self.error(extract(rank, basis[:, :end], images[:, :end])[2]) <= target

        return block_krylov(matrix, rank, block, most, 0, reached)

    def tune(self, rank, target, rounds):
        """The block and precision that reach the error soonest, in as few passes as do; to find their number is not timed."""
        blocks = sorted({-(-(rank + 2) // 4) * 4, -(-(rank + 2) // 16) * 16, 32, 48} - set(range(rank)))
        counts = {block: self.passes_to(self.single, rank, block, target, 60) for block in blocks}
        choices = [(matrix, block) for matrix in (self.single, self.double) for block in blocks if counts[block] is not None]
        best = min(choices, key=lambda choice: min(self.timed(choice[0], rank, choice[1], counts[choice[1]])[0] for _ in range(rounds)))
        self.rank, self.matrix, self.block, self.passes = rank, *best, counts[best[1]]
        return {"precision": str(self.matrix.dtype), "block": self.block, "passes": self.passes}

    def timed(self, matrix, rank, block, passes):
        start = time.perf_counter()
        result = block_krylov(matrix, rank, block, passes, 0)
        return time.perf_counter() - start, result

    def run(self):
        seconds, (_, _, right) = self.timed(self.matrix, self.rank, self.block, self.passes)
        return {"seconds": seconds, "error": self.error(right)}


peer = Peer()
for line in sys.stdin:
    command, *arguments = json.loads(line)
    print(json.dumps(getattr(peer, command)(*arguments)), flush=True)
