"""Times the layers of `Kron.Cuda.Device bench` as PyTorch users write them: by einsum and by two products.

Needs PyTorch with CUDA. Prints a table of Markdown whose rows are those of the program's table.
"""

import argparse
import statistics
import sys

import torch

SHAPES = [
    ("AlexNet KFC-2", (1024, 4, 1536, 6, 2)),
    ("AlexNet KFC-2", (2048, 2, 2048, 2, 2)),
    ("AlexNet KFC-3", (512, 8, 512, 18, 5)),
    ("AlexNet KFC-3", (512, 8, 512, 8, 5)),
    ("AlexNet KFC-3", (500, 2, 512, 8, 4)),
    ("CASIA", (128, 32, 832, 36, 5)),
    ("SVHN", (64, 4, 256, 25, 5)),
]


def is_a_first(a, b):
    """Whether A before B takes fewer multiply-adds."""
    (_, m1, n1), (_, m2, n2) = a.shape, b.shape
    return m1 * n1 * n2 + m1 * m2 * n2 <= n1 * n2 * m2 + n1 * m1 * m2


def einsum(x, a, b, bias):
    """y = Σ (A ⊗ B) x, contracted from left to right in the cheaper order."""
    (_, m1, n1), (_, m2, n2) = a.shape, b.shape
    x = x.view(-1, n1, n2)
    y = torch.einsum("sjl,rij,rkl->sik", x, a, b) if is_a_first(a, b) else torch.einsum("sjl,rkl,rij->sik", x, b, a)
    return y.reshape(-1, m1 * m2) + bias


def two_products(x, a, b, bias):
    """The cheaper order by hand, with the sum over terms inside the second product."""
    r, m1, n1 = a.shape
    _, m2, n2 = b.shape
    s = x.shape[0]
    if is_a_first(a, b):
        z = torch.matmul(a.reshape(r * m1, n1), x.view(s, n1, n2))  # [s, r·m1, n2]
        z = z.view(s, r, m1, n2).permute(0, 2, 1, 3).reshape(s * m1, r * n2)
        y = z @ b.permute(0, 2, 1).reshape(r * n2, m2)
    else:
        z = x.view(s * n1, n2) @ b.reshape(r * m2, n2).t()  # [s·n1, r·m2]
        z = z.view(s, n1, r, m2).permute(0, 2, 1, 3).reshape(s, r * n1, m2)
        y = torch.matmul(a.permute(1, 0, 2).reshape(m1, r * n1), z)
    return y.reshape(s, m1 * m2) + bias


def milliseconds(work, rounds, turn):
    """The median over rounds of about so many milliseconds each, by events of the device."""
    for _ in range(3):
        work()
    torch.cuda.synchronize()

    def time(count):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        for _ in range(count):
            work()
        end.record()
        end.synchronize()
        return start.elapsed_time(end) / count

    count = max(1, min(2000, int(turn / max(time(1), 1e-6))))
    return statistics.median(time(count) for _ in range(rounds))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=4096)
    batch = parser.parse_args().batch
    if not torch.cuda.is_available():
        sys.exit("PyTorch sees no CUDA device.")

    torch.backends.cuda.matmul.allow_tf32 = False
    torch.manual_seed(1)
    print(f"Device: {torch.cuda.get_device_name()}, PyTorch {torch.__version__}, CUDA {torch.version.cuda}, {batch} samples, FP32\n")
    print("| layer | pass | einsum, ms | two products, ms | dense, ms |\n|---|---|---:|---:|---:|")
    for network, (m1, m2, n1, n2, r) in SHAPES:

        def leaf(*shape):
            return ((torch.rand(*shape, device="cuda") - 0.5) / 4).requires_grad_()

        x, a, b, bias = leaf(batch, n1 * n2), leaf(r, m1, n1), leaf(r, m2, n2), leaf(m1 * m2)
        weight, gradient = leaf(m1 * m2, n1 * n2), torch.rand(batch, m1 * m2, device="cuda")
        forms = [
            (lambda: einsum(x, a, b, bias), [x, a, b, bias]),
            (lambda: two_products(x, a, b, bias), [x, a, b, bias]),
            (lambda: torch.nn.functional.linear(x, weight, bias), [x, weight, bias]),
        ]
        with torch.no_grad():
            reference = forms[0][0]()
            error = (forms[1][0]() - reference).norm() / reference.norm()
            if not error < 1e-4:
                sys.exit(f"The two forms differ by {error:.1e} on {(m1, m2, n1, n2, r)}.")
            forward = [milliseconds(form, 15, 20) for form, _ in forms]

        backward = []
        for form, leaves in forms:
            y = form()
            backward.append(milliseconds(lambda: torch.autograd.grad(y, leaves, gradient, retain_graph=True), 15, 20))
            del y

        name = f"{network}, {m1},{m2},{n1},{n2},{r}"
        for label, times in (("forward", forward), ("backward", backward)):
            print("| " + " | ".join([name, label, *(f"{time:.3g}" for time in times)]) + " |")
        del forms, x, a, b, bias, weight, gradient
        torch.cuda.empty_cache()


if __name__ == "__main__":
    main()
